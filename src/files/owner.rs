//! Whose files this process makes, and on which machine.

/// The user's number on Unix, such as `1000`; on Windows the security identifier, such as `S-1-5-21-…`. Neither can be
/// set by whoever starts the program, as a variable could. Empty when the system does not tell.
#[must_use]
pub fn user() -> String {
    #[cfg(unix)]
    {
        rustix::process::geteuid().as_raw().to_string()
    }
    #[cfg(windows)]
    {
        super::windows::user_sid().unwrap_or_default()
    }
    #[cfg(not(any(unix, windows)))]
    {
        String::new()
    }
}

/// The machine's name in its network. Empty when the system does not tell.
#[must_use]
pub fn host() -> String {
    #[cfg(unix)]
    {
        rustix::system::uname().nodename().to_string_lossy().into_owned()
    }
    #[cfg(windows)]
    {
        super::windows::host_name().unwrap_or_default()
    }
    #[cfg(not(any(unix, windows)))]
    {
        String::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_system_tells_both() {
        assert!(!host().is_empty());
        #[cfg(unix)]
        assert!(user().parse::<u32>().is_ok());
        #[cfg(windows)]
        assert!(user().starts_with("S-1-"));
    }
}
