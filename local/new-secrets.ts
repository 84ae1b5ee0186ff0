import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { generateSecrets } from './secrets.ts'
import { program, Refusal } from './state.ts'

const USAGE = `npx node local/new-secrets.ts <folder>

Writes new secrets for a deployment, readable by the owner only, and overwrites nothing:
  <folder>/worker-secrets.json   for \`wrangler secret bulk\`
  <folder>/operator-key.json     signs operators' tokens; no Worker gets it

Keep the folder outside this repository, and a copy where a lost disk does not take it: what is sealed with lost keys
cannot be opened again.`

/** Writes the Worker's secrets and the operators' key into two files; throws a `Refusal` if either is there already. */
export function writeSecrets(folder: string): void {
  const { worker, operatorKey } = generateSecrets()
  const files = { 'worker-secrets.json': worker, 'operator-key.json': operatorKey }
  const taken = Object.keys(files).find((name) => existsSync(join(folder, name)))
  if (taken) throw new Refusal(`${join(folder, taken)} is there already: nothing was written.`)
  mkdirSync(folder, { recursive: true })
  for (const [name, value] of Object.entries(files)) {
    writeFileSync(join(folder, name), `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600, flag: 'wx' })
    console.log(join(folder, name))
  }
}

if (import.meta.main) {
  await program(() => {
    const [folder] = process.argv.slice(2)
    if (!folder || folder.startsWith('-')) throw new Refusal(USAGE)
    writeSecrets(folder)
  })
}
