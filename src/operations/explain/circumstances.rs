//! What is known of a login besides the server's words, and what that says of each suspect.

use super::Suspect;

/// From how many seconds on two clocks are said to differ. A `Date` has whole seconds, and the answer was under way.
const NOTABLE: u64 = 30;

/// Up to how many seconds two clocks agree.
const AGREEING: u64 = 5;

/// The hosts of Salesforce that are not an organization's own.
const GENERIC_HOSTS: &[&str] = &["login.salesforce.com", "test.salesforce.com"];

/// How an organization's own host of Salesforce ends.
const MY_DOMAIN: &str = ".my.salesforce.com";

/// What is known of a login that was refused. Leave out what is not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Circumstances<'a> {
    /// Whether this program made the token and the request, and just now.
    pub ours: bool,
    /// The HTTP status of the answer.
    pub status: Option<u16>,
    /// Seconds that this machine's clock is ahead of the server's, as its `Date` tells; negative when it is behind.
    pub clock_ahead: Option<i64>,
    /// The fingerprint of the certificate that the key was proved to belong to, such as `sha256:1c5e…`.
    pub proved: Option<&'a str>,
    /// The token endpoint, as an absolute URL.
    pub endpoint: Option<&'a str>,
    /// The `aud` claim.
    pub audience: Option<&'a str>,
    /// Seconds from this machine's now to `exp`.
    pub lifetime: Option<i64>,
    /// The longest that the target documents for that.
    pub longest: Option<u32>,
}

/// What the circumstances say of a suspect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Word {
    /// It is likely to be this, because.
    For(String),
    /// It may well be this, because; but no more than what is usual.
    Fits(String),
    /// It is hardly this, because.
    Against(String),
}

impl Circumstances<'_> {
    /// What is said of the clock, where it differs notably.
    #[must_use]
    pub fn clock(&self) -> Option<String> {
        let ahead = self.clock_ahead?;
        let seconds = ahead.unsigned_abs();
        let way = if ahead > 0 { "ahead of" } else { "behind" };
        (seconds >= NOTABLE).then(|| format!("this machine's clock is {seconds} s {way} the server's"))
    }

    /// What speaks for or against a suspect.
    pub(super) fn on(&self, suspect: Suspect) -> Option<Word> {
        match suspect {
            Suspect::Audience => self.on_audience(),
            Suspect::Clock => self.on_clock(),
            Suspect::Host => self.on_host(),
            Suspect::Key => self.proved.map(|proved| {
                Word::For(format!(
                    "the key belongs to the certificate {proved}, so the app probably has another certificate"
                ))
            }),
            Suspect::Lifetime => self.on_lifetime(),
            Suspect::Program => self.ours.then(|| Word::Against("this program made the token just now".to_owned())),
            Suspect::Server => self
                .status
                .filter(|status| *status >= 500)
                .map(|status| Word::For(format!("HTTP status {status} is a fault of the server"))),
            _ => None,
        }
    }

    fn on_clock(&self) -> Option<Word> {
        let agrees = self.clock_ahead?.unsigned_abs() <= AGREEING;
        let against = || Word::Against(format!("this machine's clock agrees with the server's to {AGREEING} s"));
        self.clock().map(Word::For).or_else(|| agrees.then(against))
    }

    fn on_host(&self) -> Option<Word> {
        let host = host(self.endpoint?)?;
        if GENERIC_HOSTS.contains(&host) {
            // Most logins go there, and most are refused for other reasons.
            return Some(Word::Fits(format!("the login went to `{host}`, which is not the organization's own host")));
        }
        let is_own = host.ends_with(MY_DOMAIN);
        is_own.then(|| Word::Against(format!("the login went to `{host}`, the organization's own host")))
    }

    /// Only what holds for every target: an `aud` of another host is doubtful.
    fn on_audience(&self) -> Option<Word> {
        let (audience, endpoint) = (self.audience?, self.endpoint?);
        let (named, asked) = (host(audience).unwrap_or(audience), host(endpoint)?);
        if named != asked {
            return Some(Word::For(format!("`aud` is `{audience}`, but the login went to `{asked}`")));
        }
        let is_own = asked.ends_with(MY_DOMAIN);
        is_own.then(|| Word::Against(format!("`aud` is `{audience}`, where the login went")))
    }

    fn on_lifetime(&self) -> Option<Word> {
        let (lifetime, longest) = (self.lifetime?, self.longest?);
        (lifetime > i64::from(longest)).then(|| {
            Word::For(format!("`exp` was {lifetime} s ahead, and {longest} s is the longest that is documented"))
        })
    }
}

/// The host of a URL.
fn host(url: &str) -> Option<&str> {
    let (_, rest) = url.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority.rsplit('@').next()?;
    // An IPv6 address has colons of its own.
    Some(if host.starts_with('[') { host } else { host.split(':').next()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(endpoint: &'static str, audience: &'static str) -> Circumstances<'static> {
        Circumstances { endpoint: Some(endpoint), audience: Some(audience), ..Circumstances::default() }
    }

    #[test]
    fn a_clock_is_accused_or_cleared_or_neither() {
        let clock = |ahead| Circumstances { clock_ahead: Some(ahead), ..Circumstances::default() }.on(Suspect::Clock);
        let said = "this machine's clock is 400 s ahead of the server's";
        assert_eq!(clock(400), Some(Word::For(said.to_owned())));
        assert_eq!(clock(-30), Some(Word::For("this machine's clock is 30 s behind the server's".to_owned())));
        assert!(matches!(clock(i64::MIN), Some(Word::For(_))));
        assert!(matches!(clock(-5), Some(Word::Against(_))));
        assert_eq!(clock(29), None);
        assert_eq!(Circumstances::default().on(Suspect::Clock), None);
    }

    #[test]
    fn the_generic_hosts_of_salesforce_are_told_from_an_organizations_own() {
        let token = "https://login.salesforce.com/services/oauth2/token";
        let generic = at(token, "https://login.salesforce.com");
        assert!(matches!(generic.on(Suspect::Host), Some(Word::Fits(_))));
        assert_eq!(generic.on(Suspect::Audience), None);
        let own = at("https://acme.my.salesforce.com:443/services/oauth2/token", "https://acme.my.salesforce.com");
        assert!(matches!(own.on(Suspect::Host), Some(Word::Against(_))));
        assert!(matches!(own.on(Suspect::Audience), Some(Word::Against(_))));
        let mixed = at(token, "https://test.salesforce.com");
        assert!(matches!(mixed.on(Suspect::Audience), Some(Word::For(_))));
        assert_eq!(at("https://[::1]:8443/t", "https://[::1]:8443").on(Suspect::Host), None);
        assert_eq!(host("https://user@a.example:1/x"), Some("a.example"));
    }

    #[test]
    fn a_lifetime_is_held_to_what_is_documented() {
        let lived =
            |lifetime| Circumstances { lifetime: Some(lifetime), longest: Some(180), ..Circumstances::default() };
        assert_eq!(lived(180).on(Suspect::Lifetime), None);
        assert!(matches!(lived(181).on(Suspect::Lifetime), Some(Word::For(_))));
    }
}
