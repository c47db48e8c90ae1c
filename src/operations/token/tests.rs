//! Targets get what they ask for, and what they refuse is refused here.

use super::*;
