import { afterAll, beforeAll, expect, test } from 'vitest'
import type { TenantId } from '#worker/domain/ids.ts'
import { touchCredentials } from '#worker/flows/auth/audit.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import type { RequestRow } from '#worker/jobs.ts'
import { type Bindings, startBindings } from '../../worlds/harness.ts'

let bindings: Bindings
beforeAll(async () => {
  bindings = await startBindings()
})
afterAll(() => bindings.dispose())

const TENANT = 'ten_000000000001' as TenantId
const row = (actor: string | null, at: number, status = 200) => ({ actor, at, status }) as RequestRow

/** Credentials that nobody has used. */
async function credentials(...ids: string[]): Promise<void> {
  const insert = bindings.control.prepare(
    `INSERT INTO credentials (id, tenant_id, name, mode, proof, scopes, created_at) VALUES (?1, ?2, '', 'live', '{}', '[]', 0)`,
  )
  await bindings.control.batch(ids.map((id) => insert.bind(id, TENANT)))
}
const touch = (rows: readonly RequestRow[]) =>
  touchCredentials({ env: { CONTROL: bindings.control }, log: () => {} } as unknown as Platform, rows)
/** When each was last used, as the operators see it. */
async function used(prefix: string): Promise<unknown[][]> {
  const select = 'SELECT id, last_used_at FROM credentials WHERE id LIKE ?1 ORDER BY id'
  return bindings.control.prepare(select).bind(`${prefix}%`).raw()
}

test('a credential is written at most once a minute, with its latest use', async () => {
  await credentials('cli_a', 'cli_b')
  await touch([row('cli_a', 100_000), row('cli_a', 130_000), row('cli_b', 100_000)])
  const first = [
    ['cli_a', 130_000],
    ['cli_b', 100_000],
  ]
  expect(await used('cli_')).toEqual(first)
  await touch([row('cli_a', 189_999), row('cli_b', 159_999)])
  expect(await used('cli_')).toEqual(first)
  await touch([row('cli_a', 190_000), row('cli_b', 159_999)])
  expect(await used('cli_')).toEqual([
    ['cli_a', 190_000],
    ['cli_b', 100_000],
  ])
})

test('operators, nobody and refused calls are no use of a credential', async () => {
  await credentials('cli_refused', 'operator', 'access:x')
  await touch([
    row('operator', 1e6),
    row('access:x', 1e6),
    row(null, 1e6),
    row('cli_refused', 1e6, 401),
    row('cli_refused', 1e6, 403),
  ])
  expect([...(await used('cli_r')), ...(await used('operator')), ...(await used('access'))]).toEqual([
    ['cli_refused', null],
    ['operator', null],
    ['access:x', null],
  ])
})
