//! Page and file are the same.

use std::fs;

use certwright::operations::rotate::Rotation;

use crate::{guides, names, shown};

/// What a page shows below a line with the link to a file and a colon at its end: the file's name, and the block.
fn blocks(page: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut lines = page.lines();
    let mut link = None;
    while let Some(line) = lines.next() {
        let text = line.trim_start();
        if let Some(fence) = text.strip_prefix("```").map(|_| &line[..line.len() - text.len()]) {
            let block: Vec<&str> = lines.by_ref().take_while(|line| line.trim() != "```").collect();
            if let Some(name) = link.take() {
                let block = block.iter().map(|line| line.strip_prefix(fence).unwrap_or(line));
                found.push((name, block.map(|line| format!("{line}\n")).collect()));
            }
        } else if !text.is_empty() {
            let name = text.strip_suffix(':').and_then(|text| text.rsplit_once("](files/")?.1.split_once(')'));
            link = name.map(|(name, _)| name.to_owned());
        }
    }
    found
}

#[test]
fn a_page_shows_a_file_as_it_is_and_every_file_is_shown() {
    let mut missing = names();
    for entry in fs::read_dir(guides()).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "md") {
            for (name, block) in blocks(&fs::read_to_string(&path).unwrap()) {
                assert_eq!(block, shown(&name), "{}: {name}", path.display());
                missing.retain(|other| *other != name);
            }
        }
    }
    assert_eq!(missing, [""; 0], "no page shows these");
}

/// The table of the services says what the program itself goes by.
#[test]
fn each_service_has_its_usual_play() {
    let page = fs::read_to_string(guides().join("rotate-without-downtime.md")).unwrap();
    let mut count = 0;
    for rotation in Rotation::all().filter(|rotation| !rotation.target.is_empty()) {
        let row = page.lines().find(|line| line.starts_with(&format!("| `{}` |", rotation.target)));
        let cells: Vec<&str> = row.unwrap_or_else(|| panic!("{} has no row", rotation.target)).split(" | ").collect();
        assert!(cells[2].starts_with(&format!("`{}`", rotation.usual())), "{}: {}", rotation.target, cells[2]);
        count += 1;
    }
    assert_eq!(count, 8);
}

#[test]
fn a_difference_is_found() {
    let page = "See [`x`](files/x).\n\n```sh\nno\n```\n\nThis is [`a.sh`](files/a.sh), as x:\n\n  ```sh\n  one\n\n    two\n  ```\n";
    assert_eq!(blocks(page), [("a.sh".to_owned(), "one\n\n  two\n".to_owned())]);
}
