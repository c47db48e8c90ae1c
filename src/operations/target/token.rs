//! How a target wants the token that a client signs, and where the client sends it, in data.

use crate::formats::jwt::Algorithm;

/// What a target asks of the assertion (RFC 7521, RFC 7523) that a client signs.
#[derive(Debug, PartialEq, Eq)]
pub struct TokenRules {
    /// The algorithms that are taken, the usual one first.
    pub algorithms: &'static [Algorithm],
    /// How the header names the key.
    pub key_name: KeyName,
    /// Who the client is, in the target's words and with an article: `the app's consumer key`.
    pub client: &'static str,
    /// Who the user is, likewise; empty where there is none.
    pub user: &'static str,
    /// Who stands in `iss`.
    pub issuer: Party,
    /// Who stands in `sub`.
    pub subject: Party,
    /// What stands in `aud`.
    pub audience: Audience,
    /// How long a token is valid.
    pub lifetime: Lifetime,
    /// The claims besides these.
    pub claims: &'static [Claim],
    /// How the token becomes an access token.
    pub exchange: Exchange,
    /// Where this is known from.
    pub source: &'static str,
}

/// How long a token is valid, in seconds from now to `exp`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lifetime {
    /// What is used unless another is asked for.
    pub usual: u32,
    /// The longest that is taken; none where the target sets none.
    pub longest: Option<u32>,
}

/// How a header names the key that signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyName {
    /// By `x5t#S256`, RFC 7515 section 4.1.8: the SHA-256 of the certificate.
    CertificateSha256,
    /// By a `kid` that the target has given to the key.
    Given {
        /// Whether there is a token without it.
        demand: Demand,
        /// Where it is found, as a phrase.
        found: &'static str,
    },
    /// Not at all.
    None,
    /// By a `kid`: the one that is given, else the key's thumbprint, RFC 7638.
    Thumbprint {
        /// Where the target says which `kid` it knows, as a phrase.
        found: &'static str,
    },
}

/// How much a target asks for something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Demand {
    /// It may be there.
    May,
    /// There is nothing without it.
    Must,
    /// It is well to have it.
    Should,
}

/// Who stands in `iss` or `sub`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Party {
    /// Snowflake's `ACCOUNT.USER`, in capitals.
    AccountUser,
    /// The same, then `.SHA256:` and the SHA-256 of the public key's SubjectPublicKeyInfo in base64.
    AccountUserFingerprint,
    /// The client: consumer key, client id, integration key.
    Client,
    /// Nobody: the claim is not stated.
    Nobody,
    /// The user for whom the client asks.
    User,
    /// The user for whom the client asks, by an identifier and not by a mail address.
    UserId,
    /// The user for whom the client asks, where it asks for one.
    UserIfAny,
}

/// What stands in `aud`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Audience {
    /// The token endpoint.
    Endpoint,
    /// The host of the login address, and nothing else.
    Host,
    /// The login address, without a slash at its end.
    Login {
        /// For hosts that begin so, another audience.
        except: &'static [(&'static str, &'static str)],
    },
    /// The claim is not stated.
    None,
}

/// A claim that a target asks for besides `iss`, `sub`, `aud` and `exp`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Claim {
    /// `iat`: now.
    IssuedAt,
    /// `nbf`: now.
    NotBefore,
    /// A claim of one of these values, the usual one first.
    OneOf {
        /// Its name.
        name: &'static str,
        /// The values that are taken.
        values: &'static [&'static str],
    },
    /// `scope`: what the access token is to be good for.
    Scope {
        /// How it is written.
        form: ScopeForm,
        /// What is used unless another is asked for; where that is empty, there is no token without it.
        usual: &'static [&'static str],
        /// What it may be, as a phrase.
        words: &'static str,
    },
    /// `jti`: the one that is given, else a fresh one.
    TokenId {
        /// The fewest and the most characters, where the target says so.
        lengths: Option<(usize, usize)>,
    },
}

/// How scopes stand in a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ScopeForm {
    /// As one text with spaces between them, RFC 6749 section 3.3.
    Spaced,
    /// As a text where there is one, as a list where there are several.
    TextOrList,
}

/// How a signed token becomes an access token, and what the first request with it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exchange {
    /// What is asked with the token.
    pub grant: Grant,
    /// The address that is logged in at.
    pub login: LoginAddress,
    /// The token endpoint's path after the login address.
    pub path: &'static str,
    /// Other paths, for login addresses whose own path begins so.
    pub below: &'static [(&'static str, &'static str)],
    /// What is sent in the form besides the assertion and its kind.
    pub fields: &'static [FormField],
    /// A GET that only a good access token is answered to: a path after the server of the API, or a whole address.
    pub trial: &'static str,
    /// Header fields of requests to the API, besides `Authorization`.
    pub headers: &'static [(&'static str, &'static str)],
}

/// What is asked with a signed token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Grant {
    /// Nothing: the token is the access token.
    Bearer,
    /// The client's own grant, for which the token shows who it is: RFC 7523 section 2.2.
    ClientCredentials,
    /// The token is the grant itself: RFC 7523 section 2.1.
    JwtBearer,
}

/// Where a target is logged in at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LoginAddress {
    /// The address that holds unless another is named.
    pub usual: Option<&'static str>,
    /// The address with `{}` for the account, so that the account alone can be named.
    pub pattern: &'static str,
    /// What the account is, with an article and an example.
    pub account: &'static str,
    /// Which texts name an account, rather than a host.
    pub accounts: Accounts,
}

/// Which accounts a login address has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Accounts {
    /// In its host, and there are dots in them; who signs is the account, so that the address follows from `iss`.
    Issuer,
    /// In its host, and there are no dots in them.
    InHost,
    /// In its path, which must not be empty.
    InPath,
    /// There are none: a text without `://` is a host.
    None,
}

/// A field of the form that asks for an access token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FormField {
    /// `client_id`.
    ClientId,
    /// `client_secret`.
    ClientSecret,
    /// `scope`.
    Scope {
        /// What is used unless another is asked for; where that is empty, there is no access token without it.
        usual: &'static str,
        /// What it may be, as a phrase.
        words: &'static str,
    },
}
