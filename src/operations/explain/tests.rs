//! Rules that every row keeps.
