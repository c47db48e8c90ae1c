//! The list of `NO_PROXY`: to which hosts no proxy leads.

use std::net::IpAddr;

use crate::http::Address;

/// Whether `list` holds the host of `address`. An entry that is nothing of what is known stands for no host.
pub(super) fn hold(list: &str, address: &Address) -> bool {
    list.split([',', ' ', '\t']).filter(|entry| !entry.is_empty()).any(|entry| holds(entry, address))
}

fn holds(entry: &str, address: &Address) -> bool {
    let (entry, port) = without_port(entry);
    if port.is_some_and(|port| port != address.port()) {
        return false;
    }
    let host = bare(address.host());
    match host.parse::<IpAddr>() {
        Ok(ip) => entry == "*" || entry.parse() == Ok(ip) || is_in_network(ip, entry),
        Err(_) => entry == "*" || is_in_domain(host, entry),
    }
}

/// An address of IPv6 without its brackets, and a name without the dot that ends a whole one.
fn bare(host: &str) -> &str {
    let host = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    host.strip_suffix('.').unwrap_or(host)
}

/// The entry apart from its port. An address of IPv6 has colons of its own, so its port stands after a bracket.
fn without_port(entry: &str) -> (&str, Option<u16>) {
    let is_bare_ipv6 = !entry.starts_with('[') && entry.matches(':').count() > 1;
    match entry.rsplit_once(':') {
        Some((host, port)) if !is_bare_ipv6 && (!entry.starts_with('[') || host.ends_with(']')) => match port.parse() {
            Ok(port) => (bare(host), Some(port)),
            Err(_) => (bare(entry), None),
        },
        _ => (bare(entry), None),
    }
}

/// Whether `host` is the domain or stands below it. A star or dot before the domain changes nothing, as in curl.
fn is_in_domain(host: &str, domain: &str) -> bool {
    let domain = domain.strip_prefix('*').unwrap_or(domain);
    let domain = domain.strip_prefix('.').unwrap_or(domain);
    let Some(split) = host.len().checked_sub(domain.len()) else { return false };
    let Some((below, end)) = host.split_at_checked(split) else { return false };
    !domain.is_empty() && end.eq_ignore_ascii_case(domain) && (below.is_empty() || below.ends_with('.'))
}

/// Whether `ip` lies in a network such as `10.0.0.0/8` or `fd00::/8`, RFC 4632 section 3.1.
fn is_in_network(ip: IpAddr, network: &str) -> bool {
    let Some((base, length)) = network.split_once('/') else { return false };
    let (Ok(base), Ok(length)) = (bare(base).parse::<IpAddr>(), length.parse::<u32>()) else { return false };
    let (ip, base, width) = match (ip, base) {
        (IpAddr::V4(ip), IpAddr::V4(base)) => (u128::from(ip.to_bits()), u128::from(base.to_bits()), 32),
        (IpAddr::V6(ip), IpAddr::V6(base)) => (ip.to_bits(), base.to_bits(), 128),
        _ => return false,
    };
    // A shift by the whole width is none: a network of length 0 holds every address.
    length <= width && (ip ^ base).checked_shr(width - length).unwrap_or(0) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_of_entry_stands_for_its_hosts_only() {
        let name = "https://login.example.com:8443";
        let v4 = "https://10.1.2.3";
        let v6 = "https://[fd00::1]:8443";
        for (list, address, is_held) in [
            ("*", name, true),
            ("*", v4, true),
            ("", name, false),
            (",, ,", name, false),
            (".", name, false),
            ("login.example.com", name, true),
            ("LOGIN.Example.COM", name, true),
            ("example.com", name, true),
            (".example.com", name, true),
            ("*.example.com", name, true),
            ("example.com.", name, true),
            ("xample.com", name, false),
            ("example.co", name, false),
            ("www.login.example.com", name, false),
            ("example.com:8443", name, true),
            ("example.com:443", name, false),
            ("*:443", name, false),
            ("a.example, example.com", name, true),
            ("a.example example.com", name, true),
            ("10.1.2.3", v4, true),
            ("10.1.2.3:443", v4, true),
            ("10.1.2.3:444", v4, false),
            ("10.1.2.4", v4, false),
            ("2.3", v4, false),
            ("10.0.0.0/8", v4, true),
            ("10.1.2.2/31", v4, true),
            ("10.1.2.0/31", v4, false),
            ("10.1.2.3/32", v4, true),
            ("0.0.0.0/0", v4, true),
            ("10.0.0.0/33", v4, false),
            ("::/0", v4, false),
            ("fd00::1", v6, true),
            ("[fd00::1]", v6, true),
            ("[fd00::1]:8443", v6, true),
            ("[fd00::1]:443", v6, false),
            ("fd00::/8", v6, true),
            ("::/0", v6, true),
            ("fe00::/8", v6, false),
            ("10.0.0.0/8", name, false),
            ("é", name, false),
        ] {
            assert_eq!(hold(list, &address.parse().unwrap()), is_held, "{list:?} for {address}");
        }
    }
}
