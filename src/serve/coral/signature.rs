//! What Coral signs its requests with: `X-Coral-Signature: sha256=HEX,sha256=HEX`, an HMAC-SHA256 of the body, byte for byte.
//!
//! While a secret is replaced, Coral signs with the old and the new one. The signature has no time, so a recorded
//! request can be sent again; that changes nothing, because nothing on these routes depends on how often it is done.

use axum::http::HeaderMap;
use hmac::{Hmac, Mac as _};
use sha2::Sha256;
use subtle::{Choice, ConstantTimeEq as _};

use crate::serve::secret::Secret;

pub(crate) const HEADER: &str = "x-coral-signature";

/// Why a request cannot be from Coral.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum SignatureError {
    #[error("there is no signature in X-Coral-Signature")]
    Missing,
    #[error(
        "the signature in X-Coral-Signature matches none of the secrets in [serve.coral]: each phase and each webhook of \
         Coral has its own secret"
    )]
    Wrong,
}

/// A signature.
type Signature = [u8; 32];

/// The signatures of a request, at least one.
#[derive(Debug)]
pub(crate) struct Signatures(Vec<Signature>);

impl Signatures {
    /// What is in the head of a request; its body need not have been read.
    pub(crate) fn of(headers: &HeaderMap) -> Result<Self, SignatureError> {
        let values = headers.get_all(HEADER).iter().filter_map(|value| value.to_str().ok());
        let signatures: Vec<Signature> = values.flat_map(|value| value.split(',')).filter_map(signature).collect();
        if signatures.is_empty() { Err(SignatureError::Missing) } else { Ok(Self(signatures)) }
    }

    /// Checks that one of them is by one of the secrets. It takes equally long whichever that is.
    pub(crate) fn check(&self, body: &[u8], secrets: &[Secret]) -> Result<(), SignatureError> {
        let mut is_signed = Choice::from(0);
        for secret in secrets {
            // A key of any length will do.
            let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.expose().as_bytes()) else { continue };
            mac.update(body);
            let own = mac.finalize().into_bytes();
            for signature in &self.0 {
                is_signed |= own.as_slice().ct_eq(signature);
            }
        }
        if is_signed.into() { Ok(()) } else { Err(SignatureError::Wrong) }
    }
}

/// A part of the header as bytes, if it is `sha256=` and 64 hexadecimal digits.
fn signature(part: &str) -> Option<Signature> {
    let hex = part.trim().strip_prefix("sha256=")?.as_bytes();
    let mut signature = [0; 32];
    if hex.len() != 2 * signature.len() {
        return None;
    }
    for (byte, pair) in signature.iter_mut().zip(hex.chunks(2)) {
        let digit = |digit: u8| char::from(digit).to_digit(16);
        *byte = (digit(pair[0])? * 16 + digit(pair[1])?) as u8;
    }
    Some(signature)
}

/// As Coral writes it.
#[cfg(test)]
pub(crate) fn sign(body: &[u8], secrets: &[&str]) -> String {
    let one = |secret: &&str| {
        let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
        mac.update(body);
        format!("sha256={}", crate::text::hex::hex(&mac.finalize().into_bytes()))
    };
    secrets.iter().map(one).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "empsec_0123456789abcdef0123456789abcdef";
    /// Made by Coral's own code.
    const SIGNED: &str = "sha256=db7bd8ce53fa7e6f606b05b91787ad9b32a1e3095ec82a7a3ac103d52724a6a1";
    const BODY: &str = "{\n  \"action\": \"NEW\",\n  \"comment\": {\n    \"body\": \"Here's a reply!\",\n    \"parentID\": \
                        \"d79b787f\"\n  },\n  \"author\": {\n    \"id\": \"u1\",\n    \"role\": \"COMMENTER\"\n  },\n  \
                        \"story\": {\n    \"id\": \"s1\",\n    \"url\": \"http://localhost/a\"\n  },\n  \"site\": {\n    \
                        \"id\": \"site1\"\n  },\n  \"tenantID\": \"t1\",\n  \"tenantDomain\": \"localhost\"\n}";

    fn checked(header: Option<&str>, body: &str, secrets: &[&str]) -> Result<(), SignatureError> {
        let mut headers = HeaderMap::new();
        if let Some(header) = header {
            headers.insert(HEADER, header.parse().unwrap());
        }
        let secrets: Vec<Secret> = secrets.iter().copied().map(Secret::new).collect();
        Signatures::of(&headers)?.check(body.as_bytes(), &secrets)
    }

    #[test]
    fn what_coral_has_signed_is_known() {
        assert_eq!(BODY.len(), 310);
        assert_eq!(sign(BODY.as_bytes(), &[SECRET]), SIGNED);
        assert_eq!(checked(Some(SIGNED), BODY, &[SECRET]), Ok(()));
        assert_eq!(checked(Some(&SIGNED.replace("db7b", "DB7B")), BODY, &[SECRET]), Ok(()));
    }

    #[test]
    fn while_a_secret_is_replaced_the_old_and_the_new_one_are_good() {
        let old = sign(BODY.as_bytes(), &["old"]);
        let both = sign(BODY.as_bytes(), &["new", "old"]);
        for secrets in [&["old"][..], &["new", "old"], &["old", "new"], &["webhook", "old"]] {
            assert_eq!(checked(Some(&old), BODY, secrets), Ok(()));
            assert_eq!(checked(Some(&both), BODY, secrets), Ok(()));
        }
        assert_eq!(checked(Some(&old), BODY, &["new"]), Err(SignatureError::Wrong));
        assert_eq!(checked(Some(&format!("md5=00, {old}")), BODY, &["old"]), Ok(()));
    }

    #[test]
    fn anything_else_is_refused() {
        assert_eq!(checked(None, BODY, &[SECRET]), Err(SignatureError::Missing));
        for none in ["", "sha256=", "sha256=00", "sha1=00", &SIGNED[7..], &SIGNED.replace("db", "zz")] {
            assert_eq!(checked(Some(none), BODY, &[SECRET]), Err(SignatureError::Missing), "{none}");
        }
        assert_eq!(checked(Some(SIGNED), &BODY.replace("reply", "reply "), &[SECRET]), Err(SignatureError::Wrong));
        let compact = BODY.replace(['\n', ' '], "");
        assert_eq!(checked(Some(SIGNED), &compact, &[SECRET]), Err(SignatureError::Wrong));
        assert_eq!(checked(Some(SIGNED), BODY, &["empsec_"]), Err(SignatureError::Wrong));
        assert_eq!(checked(Some(SIGNED), BODY, &[]), Err(SignatureError::Wrong));
    }
}
