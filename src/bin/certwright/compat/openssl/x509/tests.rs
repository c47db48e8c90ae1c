//! What the comparison with openssl does not show.
