//! The values of `-nameopt`: a form by its name, or single traits, each with `-` before it to turn it off.

use super::Escapes;

/// How a name is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NameOptions {
    pub(crate) separator: Separator,
    pub(crate) field: FieldName,
    /// The last RDN first.
    pub(crate) reversed: bool,
    pub(crate) aligned: bool,
    pub(crate) spaces_equals: bool,
    /// Whether the value of an attribute without a name is shown in hexadecimal.
    pub(crate) dumps_unknown_fields: bool,
    pub(crate) escapes: Escapes,
    compat: bool,
}

/// What stands between the RDNs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Separator {
    Comma,
    CommaSpace,
    Lines,
    SemicolonSpace,
}

/// How an attribute is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FieldName {
    Long,
    Nothing,
    Oid,
    Short,
}

impl NameOptions {
    /// No trait at all; single traits are added to it.
    const BARE: Self = Self {
        separator: Separator::CommaSpace,
        field: FieldName::Short,
        reversed: false,
        aligned: false,
        spaces_equals: false,
        dumps_unknown_fields: false,
        escapes: Escapes::NONE,
        compat: false,
    };

    /// `CN = x, O = y`, which openssl 3.0 uses where nothing is asked for.
    pub(crate) const ONELINE: Self =
        Self { spaces_equals: true, escapes: Escapes { quotes: true, ..Escapes::RFC2253 }, ..Self::BARE };

    /// `O=y,CN=x`, RFC 2253.
    const RFC2253: Self = Self {
        separator: Separator::Comma,
        reversed: true,
        dumps_unknown_fields: true,
        escapes: Escapes::RFC2253,
        ..Self::BARE
    };

    const MULTILINE: Self = Self {
        separator: Separator::Lines,
        field: FieldName::Long,
        aligned: true,
        spaces_equals: true,
        escapes: Escapes { controls: true, high: true, ..Escapes::NONE },
        ..Self::BARE
    };

    const COMPAT: Self = Self { compat: true, ..Self::BARE };

    /// Reads a value of `-nameopt` on top of what earlier ones said.
    ///
    /// # Errors
    /// The first word that is none.
    pub(crate) fn parse(earlier: Option<Self>, text: &str) -> Result<Self, String> {
        let mut options = earlier.unwrap_or(Self::COMPAT);
        for word in text.split(',') {
            options = options.with(word).ok_or_else(|| word.to_owned())?;
        }
        Ok(options)
    }

    /// The same with one more word.
    fn with(self, word: &str) -> Option<Self> {
        let (word, on) = match word.strip_prefix('-') {
            Some(word) => (word, false),
            None => (word.strip_prefix('+').unwrap_or(word), true),
        };
        let word = word.to_ascii_lowercase();
        let whole = match word.as_str() {
            "compat" => Some(Self::COMPAT),
            "rfc2253" => Some(Self::RFC2253),
            "oneline" => Some(Self::ONELINE),
            "multiline" | "ca_default" => Some(Self::MULTILINE),
            _ => None,
        };
        if let Some(whole) = whole {
            return Some(if on { whole } else { Self::COMPAT });
        }
        let mut options = Self { compat: false, ..self };
        let escapes = &mut options.escapes;
        match word.as_str() {
            "esc_2253" => escapes.rfc2253 = on,
            "esc_2254" => escapes.rfc2254 = on,
            "esc_ctrl" => escapes.controls = on,
            "esc_msb" => escapes.high = on,
            "use_quote" => escapes.quotes = on,
            "utf8" => escapes.utf8 = on,
            "ignore_type" => escapes.ignores_type = on,
            "show_type" => escapes.shows_type = on,
            "dump_all" => escapes.dumps_all = on,
            "dump_nostr" => escapes.dumps_no_strings = on,
            "dump_der" => escapes.dumps_der = on,
            "align" => options.aligned = on,
            "dn_rev" => options.reversed = on,
            "space_eq" => options.spaces_equals = on,
            "dump_unknown" => options.dumps_unknown_fields = on,
            "sep_comma_plus" if on => options.separator = Separator::Comma,
            "sep_comma_plus_space" if on => options.separator = Separator::CommaSpace,
            "sep_semi_plus_space" if on => options.separator = Separator::SemicolonSpace,
            "sep_multiline" if on => options.separator = Separator::Lines,
            "nofname" if on => options.field = FieldName::Nothing,
            "sname" if on => options.field = FieldName::Short,
            "lname" if on => options.field = FieldName::Long,
            "oid" if on => options.field = FieldName::Oid,
            _ => return None,
        }
        Some(options)
    }

    /// Whether it is the slash form.
    pub(crate) fn is_compat(&self) -> bool {
        self.compat
    }

    /// Whether each RDN stands on a line of its own.
    pub(crate) fn is_multiline(&self) -> bool {
        !self.compat && self.separator == Separator::Lines
    }
}
