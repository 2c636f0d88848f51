/** What of the alphabet of GSM 7 bit our texts may use; each takes one place of 160. */
const GSM = /^[A-Za-z0-9 \n@£$¥_!"#%&'()*+,\-./:;<=>?]*$/

/** One SMS holds 160 characters of the old alphabet, 70 as soon as one is of another. */
export const charactersOfOne = (text: string): number => (GSM.test(text) ? 160 : 70)

/** How many SMS a text costs; parts of a longer one spend some places on being put together. Pure. */
export function smsSegments(text: string): number {
  const one = charactersOfOne(text)
  return text.length <= one ? 1 : Math.ceil(text.length / (one - (one === 160 ? 7 : 3)))
}
