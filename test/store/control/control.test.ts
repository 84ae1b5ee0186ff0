import { eq, sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ClientId, TenantId } from '#worker/domain/ids.ts'
import {
  credentialsOf,
  lastUsedStatement,
  putCredential,
  revokeCredential,
  type StoredCredential,
} from '#worker/store/control/credentials.ts'
import { tenants } from '#worker/store/control/schema.ts'
import { assignSender, removeSender } from '#worker/store/control/senders.ts'
import { tenantById, updateTenant } from '#worker/store/control/tenants.ts'
import { changePolicy } from '#worker/store/control/version.ts'
import { type Bindings, startBindings } from '../../worlds/harness.ts'
import { insertTenant } from '../../worlds/tenant-rows.ts'

let bindings: Bindings
const TENANT: TenantId = 'ten_control'

beforeAll(async () => {
  bindings = await startBindings()
  await insertTenant(bindings.control, TENANT)
})
afterAll(() => bindings?.dispose())

const version = async () => (await tenantById(bindings.control, TENANT))?.version ?? 0
const credential = (id: ClientId, hash: string): StoredCredential => ({
  id,
  tenantId: TENANT,
  name: 'app',
  mode: 'live',
  proof: { kind: 'secret', hash },
  scopes: ['messages:read'],
  allowedIps: null,
  expiresAt: null,
  revokedAt: null,
  createdAt: 1_000,
  lastUsedAt: null,
  madeBy: null,
})
const hashes = async () =>
  Object.fromEntries((await credentialsOf(bindings.control, TENANT)).map(({ id, proof }) => [id, proof]))

describe('a change that a policy is made of', () => {
  it('and the new version come together, or neither does', async () => {
    const before = await version()
    const broken = changePolicy(bindings.control, TENANT, 2_000, (control) => [
      control.update(tenants).set({ name: 'half' }).where(eq(tenants.id, TENANT)),
      control.update(tenants).set({ name: sql`NULL` }).where(eq(tenants.id, TENANT)),
    ])
    await expect(broken).rejects.toThrow(/NOT NULL/)
    expect(await version()).toBe(before)
    expect(await changePolicy(bindings.control, TENANT, 2_000, () => [])).toMatchObject({ version: before + 1 })
  })

  it('gives each of many at once a version of its own', async () => {
    const changes = await Promise.all(
      Array.from({ length: 10 }, () => changePolicy(bindings.control, TENANT, 2_000, () => [])),
    )
    expect(new Set(changes.map((change) => change?.version)).size).toBe(10)
  })

  it('is none for a tenant that is not there', async () => {
    expect(await changePolicy(bindings.control, 'ten_nobody', 2_000, () => [])).toMatchObject({ version: null })
  })
})

describe('a credential', () => {
  it('made again by a repeated request gets the fresh secret, and stays one', async () => {
    await putCredential(bindings.control, credential('cli_again', 'first'))
    await putCredential(bindings.control, credential('cli_again', 'second'))
    expect(await hashes()).toMatchObject({ cli_again: { hash: 'second' } })
  })

  it('that was revoked is not brought back by a repeated request', async () => {
    await putCredential(bindings.control, credential('cli_ended', 'first'))
    await revokeCredential(bindings.control, TENANT, 'cli_ended', 3_000)
    await putCredential(bindings.control, credential('cli_ended', 'second'))
    const ended = (await credentialsOf(bindings.control, TENANT)).find(({ id }) => id === 'cli_ended')
    expect(ended).toMatchObject({ revokedAt: 3_000, proof: { hash: 'first' } })
  })

  it('tells its latest use, and no older one after it', async () => {
    await putCredential(bindings.control, credential('cli_used', 'x'))
    for (const at of [5_000, 4_000]) await lastUsedStatement(bindings.control, new Map([['cli_used', at]])).run()
    const used = (await credentialsOf(bindings.control, TENANT)).find(({ id }) => id === 'cli_used')
    expect(used?.lastUsedAt).toBe(5_000)
  })
})

describe('a tenant', () => {
  it('read before another change is not written over it', async () => {
    const read = await tenantById(bindings.control, TENANT)
    if (!read) throw new Error('no tenant')
    expect(await updateTenant(bindings.control, { ...read, name: 'first' }, 4_000)).toMatchObject({ name: 'first' })
    expect(await updateTenant(bindings.control, { ...read, name: 'second' }, 4_000)).toBeNull()
    expect(await tenantById(bindings.control, TENANT)).toMatchObject({ name: 'first', version: read.version + 1 })
  })
})

describe('a sender', () => {
  const assignment = (tenantId: TenantId) => ({
    tenantId,
    channel: 'sms' as const,
    address: { kind: 'line' as const, value: '10009' },
    lineClass: 'service' as const,
    isDefault: true,
    connectionId: null,
    createdAt: 1_000,
  })

  it('of another tenant stays as it is, default and all', async () => {
    await insertTenant(bindings.control, 'ten_other')
    await assignSender(bindings.control, assignment(TENANT))
    const refused = await assignSender(bindings.control, { ...assignment('ten_other'), lineClass: 'otp' })
    expect(refused?.sender).toMatchObject({ tenantId: TENANT, lineClass: 'service', isDefault: true })
    expect(await removeSender(bindings.control, 'ten_other', { channel: 'sms', value: '10009' }, 2_000)).toBeNull()
  })
})
