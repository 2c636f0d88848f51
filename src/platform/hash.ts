/** Hex SHA-256, for fingerprints of requests and for tokens that are long and random anyway. */
export async function sha256Hex(text: string): Promise<string> {
  return hex(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)))
}

const hex = (bytes: ArrayBuffer) =>
  [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, '0')).join('')

/**
 * Hex HMAC-SHA-256: a hash that nobody without the key can make. For short secrets (codes) and for what must not be read
 * back from the database (contacts, addresses). `label` keeps hashes of different purposes apart.
 */
export async function keyedHash(key: string, label: string, ...parts: readonly string[]): Promise<string> {
  // JSON, so that no two lists of parts read the same.
  const bytes = new TextEncoder().encode(JSON.stringify([label, ...parts]))
  return hex(await crypto.subtle.sign('HMAC', await hmacKeyOf(key), bytes))
}

const hmacKeys = new Map<string, Promise<CryptoKey>>()

/** Importing costs more than hashing, and there are only one or two keys (the secrets of this Worker). */
function hmacKeyOf(key: string): Promise<CryptoKey> {
  let imported = hmacKeys.get(key)
  if (!imported) {
    const algorithm = { name: 'HMAC', hash: 'SHA-256' }
    imported = crypto.subtle.importKey('raw', new TextEncoder().encode(key), algorithm, false, ['sign'])
    hmacKeys.set(key, imported)
  }
  return imported
}
