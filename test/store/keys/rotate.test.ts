import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { importSealKeys, loadConfig } from '#worker/config.ts'
import { newConnectionId, newTenantId } from '#worker/domain/ids.ts'
import { realmOf } from '#worker/domain/realm.ts'
import type { Env } from '#worker/env.ts'
import { readSecrets, sealSecrets } from '#worker/flows/carriers/connections.ts'
import { seal, unseal } from '#worker/lib/seal.ts'
import { connectionById, insertConnection } from '#worker/store/control/connections.ts'
import { insertWebhook, type Webhook, webhookOf } from '#worker/store/control/webhooks.ts'
import { keyringOf } from '#worker/store/keys/keyring.ts'
import { keksInUse, rotateSome } from '#worker/store/keys/rotate.ts'
import { generateSecrets } from '../../../local/secrets.ts'
import { listedAtRest } from '../../worlds/at-rest/page.ts'
import { type Bindings, newSealKey, startBindings } from '../../worlds/harness.ts'

const [old, young] = [newSealKey('old'), newSealKey('young')]
let bindings: Bindings
beforeAll(async () => {
  bindings = await startBindings()
})
afterAll(() => bindings?.dispose())

const configOf = (...keys: readonly object[]) =>
  loadConfig({
    BASE_URL: 'https://chapar.test',
    ...generateSecrets().worker,
    SEAL_KEYS: JSON.stringify(keys),
  } as unknown as Env)

/** Columns that docs/at-rest.md calls sealed under the Worker's secret, by table. */
function sealedColumns(table: string): readonly string[] {
  const { control } = listedAtRest(readFileSync('docs/at-rest.md', 'utf8'))
  return control
    .filter(({ name, how, why }) => name.startsWith(`${table}.`) && how === 'sealed' && why.startsWith('secret'))
    .map(({ name }) => name.slice(table.length + 1))
}

test('all that lies under an older key is sealed anew, and the new one alone opens it', async () => {
  const before = await configOf(old)
  const secrets = { open: { url: 'https://api.example' }, settings: { apiKey: 'dark' }, callback: [] }
  const id = await newConnectionId(before.idKeys)
  await insertConnection(bindings.control, {
    id,
    channel: 'sms',
    provider: 'kavenegar',
    name: 'Test',
    status: 'active',
    ...(await sealSecrets(before, id, secrets)),
    rate: null,
    concurrency: 4,
    features: null,
    createdAt: 1,
    updatedAt: 1,
  })
  const webhook: Webhook = {
    id: 'whe_0000000000000001',
    realm: realmOf(newTenantId(), 'live'),
    url: 'https://hooks.example.com/in',
    description: 'Bookings',
    events: null,
    batch: false,
    format: null,
    status: 'active',
    disabledReason: null,
    secrets: await seal(before.sealKeys, '[]', 'whe_0000000000000001'),
    failingSince: null,
    breaker: null,
    createdAt: 1,
    updatedAt: 1,
  }
  await insertWebhook(bindings.control, before.sealKeys, webhook, 20)

  const both = await importSealKeys({ SEAL_KEYS: JSON.stringify([young, old]) })
  expect(await rotateSome(bindings.control, both, 100)).toEqual({ pairs: 0, secrets: 6, left: false })
  expect([...(await keksInUse(bindings.control))]).toEqual([['young', 6]])
  for (const table of ['connections', 'webhooks']) {
    const columns = sealedColumns(table)
    expect(columns).toContain(table === 'webhooks' ? 'url' : 'settings')
    const row = await bindings.control.prepare(`SELECT ${columns} FROM ${table}`).first<Record<string, string>>()
    for (const column of columns) expect(row?.[column], `${table}.${column}`).toMatch(/^young\./)
  }

  const after = await configOf(young)
  const keys = keyringOf(bindings.control, after.sealKeys)
  const stored = await connectionById(bindings.control, id)
  expect(stored && (await readSecrets(keys, stored))).toEqual(secrets)
  const read = await webhookOf(bindings.control, keys, webhook.realm, webhook.id)
  expect(read).toMatchObject({ url: webhook.url, description: webhook.description })
  expect(await unseal(after.sealKeys, read?.secrets ?? '', webhook.id)).toBe('[]')
})
