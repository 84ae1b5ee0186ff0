import { randomUUID } from 'node:crypto'
import { globSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { until } from '../../worlds/world.ts'
import { gatewayProcess } from '../gateway-process.ts'

const it = await gatewayProcess()
const { home, start, stop, readJson } = it
beforeAll(() => start())
afterAll(() => it.dispose())

/** Calls as an operator, by the token of the last start. */
async function operate(path: string, body?: object): Promise<void> {
  const { tenantId, adminToken } = readJson('demo.json')
  const headers = {
    authorization: `Bearer ${adminToken}`,
    'content-type': 'application/json',
    'idempotency-key': randomUUID(),
  }
  const answer = await fetch(`${it.baseUrl}/admin/v1/tenants/${tenantId}${path}`, {
    method: 'POST',
    headers,
    ...(body ? { body: JSON.stringify(body) } : {}),
  })
  expect(answer.ok, await answer.text()).toBe(true)
}

const again = async (): Promise<string> => {
  await stop('SIGTERM')
  return start()
}

test('a key of the demo that was revoked has a successor at the next start', async () => {
  const before = readJson('demo.json')
  await operate(`/credentials/${before['clientId']}/revoke`)
  await again()
  const { tenantId, clientId } = readJson('demo.json')
  expect(tenantId).toBe(before['tenantId'])
  expect(clientId).not.toBe(before['clientId'])
  expect(await (await it.tenant()).get('/v1/account')).toMatchObject({ mode: 'test' })
})

test('a demo account that is suspended is said to be, and works as before once it is resumed', async () => {
  const { tenantId, clientId } = readJson('demo.json')
  await operate('/suspend', { reason: 'A test of starts.' })
  expect(await again()).toContain('The demo account is suspended')
  await operate('/resume')
  expect(readJson('demo.json')).toMatchObject({ tenantId, clientId })
  await until('it is resumed', async () => (await it.tenant()).get('/v1/account').catch(() => null))
  expect(await again()).not.toContain('suspended')
})

test('one that was closed keeps no start from serving, and is said to be', async () => {
  await stop('SIGTERM')
  // Closing asks for two people, or for a person and a wait.
  const databases = globSync(`${home}/state/d1/**/*.sqlite`).filter((file) => !file.endsWith('metadata.sqlite'))
  for (const file of databases) {
    const database = new DatabaseSync(file)
    const has = database.prepare("SELECT 1 FROM sqlite_master WHERE name = 'tenants'").get()
    if (has) database.exec(`UPDATE tenants SET status = 'closed', version = version + 1, closed_at = ${Date.now()}`)
    database.close()
  }
  expect(await start()).toContain('The demo account was closed')
})
