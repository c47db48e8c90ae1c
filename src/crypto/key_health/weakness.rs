//! What can be wrong with a key, how bad it is, and what it means to whoever has it.

use std::fmt;

/// How bad a weakness is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The key works, but someone may refuse it.
    Unusual,
    /// The key is open to attacks that take effort, or to careless verifiers.
    Weak,
    /// Anyone with the public key can compute the private key, or sign without it.
    Broken,
}

impl Severity {
    /// A stable word: `unusual`, `weak` or `broken`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Unusual => "unusual",
            Self::Weak => "weak",
            Self::Broken => "broken",
        }
    }
}

/// One thing that is wrong with an RSA key.
///
/// It displays as one phrase in lower case that fits behind "the key": `has a modulus of 1024 bits`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Weakness {
    /// The two primes lie so close together that Fermat's method factors the modulus in a hundred steps.
    ClosePrimes,
    /// The public exponent is even, 0 included: no such RSA key can exist.
    EvenExponent,
    /// The modulus is even: 2 is one of its factors.
    EvenModulus,
    /// The public exponent is 1: a signature is the padded digest itself.
    ExponentIsOne,
    /// The public exponent is over 32 bits.
    LargeExponent {
        /// Its length in bits.
        bits: u32,
    },
    /// The modulus is larger than is examined here.
    NotExamined {
        /// Its length in bits.
        bits: u32,
    },
    /// The modulus is a few bits short of a whole number of octets, as 2047 bits.
    OddLength {
        /// Its length in bits.
        bits: u32,
    },
    /// The primes agree in more of their top bits than FIPS 186-5 allows. Only the private key shows it.
    PrimesAlike,
    /// Both primes, or both keys' primes, come from the generator of Infineon's chips, CVE-2017-15361.
    Roca,
    /// Another key has one of the two primes.
    SharedPrime,
    /// The modulus is shorter than 2048 bits.
    ShortModulus {
        /// Its length in bits.
        bits: u32,
    },
    /// The private exponent is at most half as long as the modulus. Only the private key shows it.
    ShortPrivateExponent {
        /// Its length in bits.
        bits: u32,
    },
    /// The public exponent is odd and below 65537.
    SmallExponent {
        /// The exponent.
        exponent: u32,
    },
    /// A small prime divides the modulus.
    SmallFactor {
        /// The smallest such prime.
        factor: u32,
    },
}

impl Weakness {
    /// A stable word for programs.
    #[must_use]
    pub fn kind(self) -> &'static str {
        match self {
            Self::ClosePrimes => "close_primes",
            Self::EvenExponent => "even_exponent",
            Self::EvenModulus => "even_modulus",
            Self::ExponentIsOne => "exponent_one",
            Self::LargeExponent { .. } => "large_exponent",
            Self::NotExamined { .. } => "not_examined",
            Self::OddLength { .. } => "odd_length",
            Self::PrimesAlike => "primes_alike",
            Self::Roca => "roca",
            Self::SharedPrime => "shared_prime",
            Self::ShortModulus { .. } => "short_modulus",
            Self::ShortPrivateExponent { .. } => "short_private_exponent",
            Self::SmallExponent { .. } => "small_exponent",
            Self::SmallFactor { .. } => "small_factor",
        }
    }

    /// How bad it is.
    #[must_use]
    pub fn severity(self) -> Severity {
        match self {
            Self::ClosePrimes
            | Self::EvenExponent
            | Self::EvenModulus
            | Self::ExponentIsOne
            | Self::Roca
            | Self::SharedPrime
            | Self::SmallFactor { .. } => Severity::Broken,
            // 768 bits were factored in 2009, 512 bits take hours and some hundred dollars.
            Self::ShortModulus { bits } if bits < 1024 => Severity::Broken,
            Self::PrimesAlike | Self::ShortModulus { .. } | Self::ShortPrivateExponent { .. } => Severity::Weak,
            Self::LargeExponent { .. }
            | Self::NotExamined { .. }
            | Self::OddLength { .. }
            | Self::SmallExponent { .. } => Severity::Unusual,
        }
    }

    /// What it means for whoever has the key and what to do, as one sentence.
    #[must_use]
    pub fn meaning(self) -> &'static str {
        match self {
            Self::ClosePrimes | Self::EvenModulus | Self::SmallFactor { .. } => {
                "Anyone can compute the private key from the certificate in seconds; make a new key, and have every certificate of this one revoked."
            }
            Self::EvenExponent => {
                "No private key can belong to this public key, so the file was damaged or made by mistake; get it again, or make a new key."
            }
            Self::ExponentIsOne => {
                "Anyone can sign in the name of this key without knowing anything secret; make a new key, and have every certificate of this one revoked."
            }
            Self::LargeExponent { .. } => {
                "Many programs refuse exponents of this size, Windows and Go among them; make a new key, whose exponent will be 65537."
            }
            Self::NotExamined { .. } => {
                "Keys over 16384 bits are not looked at for weaknesses, and most programs refuse them; use 2048 to 4096 bits."
            }
            Self::OddLength { .. } => {
                "The key is no weaker for it, but some count it as one bit too short and refuse it; make a new key when it is refused."
            }
            Self::PrimesAlike => {
                "The two primes are more alike than FIPS 186-5 allows, which no sound generator makes by chance; make a new key with another program."
            }
            Self::Roca => {
                "The key was made by a faulty Infineon chip (CVE-2017-15361), and its private key can be computed from the certificate for the price of some computing time; make a new key elsewhere, and have every certificate of this one revoked."
            }
            Self::SharedPrime => {
                "Anyone who has both certificates can compute both private keys in an instant; make new keys with another program or on another machine, and have every certificate of these revoked."
            }
            Self::ShortModulus { bits } if bits < 1024 => {
                "A key of this length can be broken with rented computers, and most programs refuse it; make a new key of at least 2048 bits."
            }
            Self::ShortModulus { .. } => {
                "Keys under 2048 bits have not been trusted since 2013, and many programs refuse them; make a new key of at least 2048 bits."
            }
            Self::ShortPrivateExponent { .. } => {
                "A private exponent this short may be computed from the public key; make a new key with another program."
            }
            Self::SmallExponent { .. } => {
                "The key itself is sound, but verifiers that check padding carelessly can be deceived, and the rules for public certificates ask for 65537 or more; make a new key when there is an occasion."
            }
        }
    }
}

impl fmt::Display for Weakness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ClosePrimes => f.write_str("has two primes so close together that Fermat's method finds them"),
            Self::EvenExponent => f.write_str("has an even public exponent"),
            Self::EvenModulus => f.write_str("has an even modulus"),
            Self::ExponentIsOne => f.write_str("has the public exponent 1"),
            Self::LargeExponent { bits } => write!(f, "has a public exponent of {bits} bits"),
            Self::NotExamined { bits } => write!(f, "has a modulus of {bits} bits, which is too long to be examined"),
            Self::OddLength { bits } | Self::ShortModulus { bits } => write!(f, "has a modulus of {bits} bits"),
            Self::PrimesAlike => f.write_str("has two primes that agree in their top 100 bits"),
            Self::Roca => f.write_str("was made by the faulty generator of ROCA, CVE-2017-15361"),
            Self::SharedPrime => f.write_str("shares a prime with another key"),
            Self::ShortPrivateExponent { bits } => write!(f, "has a private exponent of only {bits} bits"),
            Self::SmallExponent { exponent } => write!(f, "has the small public exponent {exponent}"),
            Self::SmallFactor { factor } => write!(f, "has a modulus that {factor} divides"),
        }
    }
}
