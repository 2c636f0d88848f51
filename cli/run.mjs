// Plain JavaScript on purpose: an old Node cannot even read TypeScript and should say so in a sentence.
const NEEDED = [22, 18]

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < NEEDED[0] || (major === NEEDED[0] && minor < NEEDED[1])) {
  console.error(`Node ${NEEDED.join('.')} or newer is needed, this is ${process.versions.node}.`)
  process.exit(2)
}
await import('./main.ts')
