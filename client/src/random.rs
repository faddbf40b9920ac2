//! Random numbers as text.

/// So many hexadecimal digits of one.
pub(crate) fn hex(digits: usize) -> Result<String, String> {
    let mut bytes = vec![0; digits.div_ceil(2)];
    getrandom::fill(&mut bytes).map_err(|error| format!("there is no randomness: {error}"))?;
    let text: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(text.chars().take(digits).collect())
}

#[cfg(test)]
mod tests {
    #[test]
    fn numbers_differ() {
        let [one, two] = [super::hex(32), super::hex(32)].map(|text| text.expect("random"));
        assert_ne!(one, two);
        assert!(one.len() == 32 && one.bytes().all(|digit| digit.is_ascii_hexdigit()));
    }
}
