import { execFile } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { importSealKeys } from '#worker/config.ts'
import { SAMPLES } from '#worker/store/keys/fault.ts'
import { keyringOf } from '#worker/store/keys/keyring.ts'
import { buildConsole } from '../../local/console/build.ts'
import { generateSecrets } from '../../local/secrets.ts'
import { type Bindings, newSealKey, startBindings, stateFolder, withSealKeys } from '../worlds/harness.ts'

const run = promisify(execFile)
const folder = resolve(stateFolder())
const [old, young] = [newSealKey('old'), newSealKey('young')]
const secrets = generateSecrets()
const withKeys = (...keys: readonly object[]): string => JSON.stringify(withSealKeys(secrets, keys).worker)

/** Plays wrangler: answers for the database what it is given, and writes down that it deployed. */
const WRANGLER = `#!/bin/sh
case "$1" in
d1) cat pairs.json ;;
deploy) echo "$@" >> deployed ;;
esac
`

let bindings: Bindings
beforeAll(async () => {
  mkdirSync(`${folder}/bin`, { recursive: true })
  writeFileSync(`${folder}/bin/wrangler`, WRANGLER)
  chmodSync(`${folder}/bin/wrangler`, 0o755)
  // The command builds the console where it stands: here it finds the one that is built.
  await buildConsole()
  mkdirSync(`${folder}/local`)
  mkdirSync(`${folder}/dist`)
  for (const path of [
    'console',
    'worker',
    'package.json',
    'package-lock.json',
    'local/console',
    'dist/console',
    'docs',
  ])
    symlinkSync(resolve(path), `${folder}/${path}`)
  const toml = readFileSync('wrangler.toml', 'utf8')
    .replace(/database_id = "0{8}-/g, 'database_id = "12345678-')
    .replace(/^BASE_URL = .*$/m, 'BASE_URL = "https://sms.example.org"')
  writeFileSync(`${folder}/wrangler.toml`, toml)
  // The account's database, in which a gateway with the key `old` has made a pair.
  bindings = await startBindings()
  await keyringOf(bindings.control, await importSealKeys(withSealKeys(secrets, [old]).worker)).standing('')
  const answers = await bindings.control.batch(SAMPLES.map((sql) => bindings.control.prepare(sql)))
  writeFileSync(`${folder}/pairs.json`, JSON.stringify(answers.map(({ results }) => ({ results, success: true }))))
})
afterAll(async () => {
  await bindings?.dispose()
  rmSync(folder, { recursive: true, force: true })
})

interface Ran {
  readonly code: number
  readonly said: string
  readonly deployed: boolean
}

/** Runs the command beside a file of these secrets; no file where there are none. */
async function deploy(json: string | null, ...args: readonly string[]): Promise<Ran> {
  rmSync(`${folder}/deployed`, { force: true })
  if (json !== null) writeFileSync(`${folder}/secrets.json`, json)
  const all = [resolve('local/deploy.ts'), ...args, ...(json === null ? [] : ['--secrets', 'secrets.json'])]
  const env = { ...process.env, PATH: `${folder}/bin:${process.env['PATH']}` }
  const ran = await run(process.execPath, all, { cwd: folder, env }).then(
    ({ stdout, stderr }) => ({ code: 0, said: stdout + stderr }),
    (error: { code: number; stdout: string; stderr: string }) => ({
      code: error.code,
      said: error.stdout + error.stderr,
    }),
  )
  return { ...ran, deployed: existsSync(`${folder}/deployed`) }
}

describe('npm run deploy', () => {
  test.each([
    ['a lost key', withKeys(young), 'SEAL_KEYS lacks the key old, which wrapped keys in CONTROL (docs/deploy.md).'],
    [
      'another key of the same name',
      withKeys(newSealKey('old')),
      'the key old of SEAL_KEYS is not the one that wrapped keys in CONTROL (docs/deploy.md).',
    ],
    ['no keys at all', '{}', 'the secret ID_KEYS is missing (docs/deploy.md).'],
    ['half a key', withKeys({ kid: 'old', key: 'AAAA' }), 'a key of the secret SEAL_KEYS is not 32 bytes of base64.'],
    [
      'a kid with a dot',
      withKeys(newSealKey('2026.11')),
      'a kid of SEAL_KEYS must be 1 to 32 letters, digits, hyphens or underscores, without a dot.',
    ],
    ['two keys of one kid', withKeys(newSealKey('old'), newSealKey('old')), 'two keys of SEAL_KEYS have the same kid.'],
    ['no key at all', withKeys(), 'the secret SEAL_KEYS must be a JSON array with at least one key.'],
    ['what is no JSON', 'SEAL_KEYS=1', 'secrets.json cannot be read as JSON.'],
  ])('tells of %s in a sentence and deploys nothing', async (_, json, sentence) => {
    const { code, said, deployed } = await deploy(json)
    expect(said.split('\n')).toContain(sentence)
    expect(said).toContain('Nothing was deployed.')
    expect([code, deployed]).toEqual([1, false])
  })

  test('deploys with keys that open what is there, and says what it could not check', async () => {
    const right = await deploy(withKeys(young, old))
    expect(right).toMatchObject({ code: 0, deployed: true })
    expect(right.said).not.toContain('SEAL_KEYS was not')
    const without = await deploy(null)
    expect(without).toMatchObject({ code: 0, deployed: true })
    expect(without.said).toContain('SEAL_KEYS was not checked: name the file with the secrets by -- --secrets <file>.')
    const pairs = readFileSync(`${folder}/pairs.json`, 'utf8')
    writeFileSync(`${folder}/pairs.json`, 'You are not signed in.')
    const silent = await deploy(withKeys(old))
    writeFileSync(`${folder}/pairs.json`, pairs)
    expect(silent).toMatchObject({ code: 0, deployed: true })
    expect(silent.said).toContain('SEAL_KEYS was not compared with chapar-control: wrangler could not read it.')
  })

  test('without an account the form alone is checked', async () => {
    const { said } = await deploy(withKeys(young), '--dry-run')
    expect(said).toContain('SEAL_KEYS was not compared with the account: this is a dry run.')
    expect((await deploy(withKeys({ kid: 'a b', key: 'x' }), '--dry-run')).code).toBe(1)
  })
})
