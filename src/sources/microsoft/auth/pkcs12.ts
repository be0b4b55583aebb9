import forge from "node-forge";

/** A key with its certificates, the key's own first; PEM. */
export type OpenedPkcs12 = { readonly key: string; readonly certificates: readonly string[] };

/** Opens a PKCS#12 file (.pfx, .p12). Throws an error of node-forge when it is none or the passphrase is wrong. */
export function openPkcs12(bytes: Uint8Array, passphrase: string): OpenedPkcs12 {
  const asn1 = forge.asn1.fromDer(Buffer.from(bytes).toString("binary"));
  const file = forge.pkcs12.pkcs12FromAsn1(asn1, passphrase);
  const bags = (type: string | undefined) =>
    type === undefined ? [] : (file.getBags({ bagType: type })[type] ?? []);
  const { pkcs8ShroudedKeyBag, keyBag, certBag } = forge.pki.oids;
  const keys = [...bags(pkcs8ShroudedKeyBag), ...bags(keyBag)];
  const key = keys.find((bag) => bag.key)?.key;
  // Without a key that forge understands (an elliptic curve) the bag has only its ASN.1.
  const raw = keys[0]?.asn1;
  const certificates = bags(certBag).flatMap((bag) =>
    bag.cert ? [forge.pki.certificateToPem(bag.cert)] : [],
  );
  const der = key ? forge.pki.wrapRsaPrivateKey(forge.pki.privateKeyToAsn1(key)) : raw;
  return { key: der ? forge.pki.privateKeyInfoToPem(der) : "", certificates };
}
