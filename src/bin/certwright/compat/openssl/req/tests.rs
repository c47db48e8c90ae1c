//! What the comparison with openssl does not show: questions, notices, refusals.
