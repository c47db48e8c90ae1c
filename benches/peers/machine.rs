//! The machine that is measured on.

use std::{env, fs, thread};

/// Instructions that matter to what is measured, as Linux calls them.
const FEATURES: [&str; 8] = ["aes", "sha_ni", "adx", "bmi2", "avx2", "avx512f", "avx512ifma", "asimd"];

/// The processor, those of its instructions that matter, the number of its cores, and the system.
pub(crate) fn describe() -> String {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    // Only Linux has it; elsewhere the architecture must do.
    let told = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let field = |name: &str| {
        told.lines()
            .filter_map(|line| line.split_once(':'))
            .find(|(key, _)| key.trim() == name)
            .map(|(_, it)| it.trim())
    };
    let flags: Vec<&str> = field("flags").or_else(|| field("Features")).unwrap_or_default().split(' ').collect();
    let present: Vec<&str> = FEATURES.into_iter().filter(|feature| flags.contains(feature)).collect();
    let processor = field("model name").unwrap_or(env::consts::ARCH);
    let family = match (field("cpu family"), field("model")) {
        (Some(family), Some(model)) => format!(" family {family} model {model}"),
        _ => String::new(),
    };
    let virtual_one = if flags.contains(&"hypervisor") { "virtual machine, " } else { "" };
    format!("{processor}{family} ({}), {virtual_one}{cores} cores, {}", present.join(" "), env::consts::OS)
}
