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
  const encoder = new TextEncoder()
  const hmacKey = await crypto.subtle.importKey('raw', encoder.encode(key), { name: 'HMAC', hash: 'SHA-256' }, false, [
    'sign',
  ])
  // JSON, so that no two lists of parts read the same.
  return hex(await crypto.subtle.sign('HMAC', hmacKey, encoder.encode(JSON.stringify([label, ...parts]))))
}
