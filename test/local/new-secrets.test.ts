import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { loadConfig } from '#worker/config.ts'
import type { Env } from '#worker/env.ts'
import { verifyOperatorToken } from '#worker/flows/auth/operator-token.ts'
import { writeSecrets } from '../../local/new-secrets.ts'
import { operatorToken } from '../../local/operator-token.ts'

const BASE_URL = 'https://chapar.test'
let folder: string
const json = (name: string) => JSON.parse(readFileSync(join(folder, name), 'utf8'))

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chapar-secrets-'))
  vi.spyOn(console, 'log').mockImplementation(() => {})
})
afterEach(() => {
  vi.restoreAllMocks()
  rmSync(folder, { recursive: true })
})

test('what it writes is what the gateway reads, and the operator’s key signs in', async () => {
  writeSecrets(folder)
  const config = await loadConfig({ BASE_URL, ...json('worker-secrets.json') } as Env)
  const token = await operatorToken({ key: json('operator-key.json'), audience: BASE_URL, subject: 'ada' })
  expect(await verifyOperatorToken(config, token, Date.now())).toMatchObject({ name: 'ada' })
})

test('only the owner may read it, and the Worker’s file holds no operator’s private key', () => {
  writeSecrets(folder)
  for (const name of ['worker-secrets.json', 'operator-key.json'])
    expect(statSync(join(folder, name)).mode & 0o077).toBe(0)
  expect(readFileSync(join(folder, 'worker-secrets.json'), 'utf8')).not.toContain(json('operator-key.json').d)
})

test('nothing that is there is overwritten', () => {
  writeSecrets(folder)
  const before = readFileSync(join(folder, 'worker-secrets.json'), 'utf8')
  expect(() => writeSecrets(folder)).toThrow('is there already')
  expect(readFileSync(join(folder, 'worker-secrets.json'), 'utf8')).toBe(before)
})
