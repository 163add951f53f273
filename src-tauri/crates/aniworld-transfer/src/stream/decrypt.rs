//! AES-128-CBC with PKCS#7 over whole pieces (RFC 8216 section 5.2). Must not know how keys come.

use aes::Aes128;
use cbc::Decryptor;
use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockModeDecrypt, KeyIvInit};

use crate::TransferError;

/// The key itself.
pub(super) type KeyBytes = [u8; 16];

/// Decrypts a piece in its place. A length or a padding that no encryption makes is an error: the key or
/// the vector is another one, or the piece is cut.
pub(super) fn decrypt(bytes: &mut Vec<u8>, key: &KeyBytes, iv: &[u8; 16]) -> Result<(), TransferError> {
    if bytes.is_empty() || !bytes.len().is_multiple_of(16) {
        return Err(bad(format!(
            "an encrypted piece has {} bytes, which is no multiple of 16",
            bytes.len()
        )));
    }
    let length = Decryptor::<Aes128>::new(key.into(), iv.into())
        .decrypt_padded::<Pkcs7>(bytes)
        .map_err(|_| bad("an encrypted piece does not fit its key".into()))?
        .len();
    bytes.truncate(length);
    Ok(())
}

fn bad(detail: String) -> TransferError {
    TransferError::BadAnswer { detail }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// NIST SP 800-38A, F.2.1: the first block of its AES-128-CBC example, and the padding block that
    /// `openssl enc -aes-128-cbc` puts behind it.
    #[test]
    fn a_known_text_comes_out_and_every_cut_is_found() {
        let key = 0x2b7e_1516_28ae_d2a6_abf7_1588_09cf_4f3c_u128.to_be_bytes();
        let iv = 0x0001_0203_0405_0607_0809_0a0b_0c0d_0e0f_u128.to_be_bytes();
        let first = 0x7649_abac_8119_b246_cee9_8e9b_12e9_197d_u128.to_be_bytes();
        let padding = 0x8964_e0b1_49c1_0b7b_682e_6e39_aaeb_731c_u128.to_be_bytes();
        let text = 0x6bc1_bee2_2e40_9f96_e93d_7e11_7393_172a_u128.to_be_bytes();
        let whole = [first, padding].concat();
        let mut bytes = whole.clone();
        decrypt(&mut bytes, &key, &iv).unwrap();
        assert_eq!(bytes, text);
        for length in (0..32).filter(|length| *length != 32) {
            assert!(
                decrypt(&mut whole[..length].to_vec(), &key, &iv).is_err(),
                "{length}"
            );
        }
        assert!(decrypt(&mut whole.clone(), &[0; 16], &iv).is_err());
    }
}
