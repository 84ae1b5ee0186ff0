import { afterAll, expect, test } from 'vitest'
import { newTenantId } from '#worker/domain/ids.ts'
import { openText, sealText } from '#worker/store/keys/sealed.ts'
import { generateSecrets } from '../../../local/secrets.ts'
import { type Harness, newSealKey, startChapar, stateFolder, withSealKeys } from '../../worlds/harness.ts'
import { caller, message, newTenant, reaches, type World } from '../../worlds/world.ts'

/** Names of which one begins the other. */
const [OLD, YOUNG] = ['2026-11', '2026']
const [old, young] = [newSealKey(OLD), newSealKey(YOUNG)]
const secrets = generateSecrets()

const persist = stateFolder()
let chapar: Harness | null = null
afterAll(() => chapar?.dispose())

/** A gateway over what the one before left behind, with these keys. */
async function gateway(...keys: readonly object[]) {
  await chapar?.dispose()
  chapar = await startChapar({ persist, secrets: withSealKeys(secrets, keys) })
  return { it: chapar, operator: chapar.api(await chapar.operatorToken()) }
}
const rotate = async ({ operator }: Awaited<ReturnType<typeof gateway>>) =>
  (await operator.post('/admin/v1/keys/rotate', {})) as { pairs: number; secrets: number; left: boolean }
const state = async ({ operator }: Awaited<ReturnType<typeof gateway>>) =>
  (await operator.get('/admin/v1/keys')) as { fault: string | null; first: string; inUse: { kid: string }[] }

/** More pairs than one call takes. */
const PAIRS = 230
const PLACE = ['things', 'row', 'column'] as const

test('a key is rotated a part a call, goes on after a kill, and is not needed afterwards', async () => {
  const before = await gateway(old)
  const made = await newTenant(before.it)
  const hmac = await before.operator.post(`/admin/v1/tenants/${made.tenantId}/credentials`, {
    name: 'own tokens',
    mode: 'test',
    kind: 'hmac',
    scopes: ['messages:read'],
  })
  expect(hmac).toMatchObject({ kind: 'hmac' })
  const call = caller(before.it, made.token)
  const answer = await call('/v1/webhooks', { method: 'POST', body: { url: 'https://hooks.example.org/in' } })
  expect(answer.status).toBe(201)
  const owners = Array.from({ length: PAIRS }, () => newTenantId())
  // One after the other: of hundreds at once the emulator's own door to the database lets go of some that still wait.
  const sealed: string[] = []
  for (const owner of owners) sealed.push(await sealText(await before.it.keys.standing(owner), owner, PLACE))

  const during = await gateway(young, old)
  const kids = async (it: typeof during) => (await state(it)).inUse.map(({ kid }) => kid)
  expect(await state(during)).toMatchObject({ fault: null, first: YOUNG })
  expect(await kids(during)).toEqual([OLD])
  const first = await rotate(during)
  expect(first).toMatchObject({ pairs: 100, left: true })
  expect(first.secrets).toBeGreaterThanOrEqual(4)

  const again = await gateway(young, old)
  let [pairs, left] = [first.pairs, true]
  for (let calls = 0; left && calls < 10; calls++) {
    const done = await rotate(again)
    ;({ left } = done)
    pairs += done.pairs
  }
  expect(left).toBe(false)
  expect(pairs).toBeGreaterThanOrEqual(PAIRS)
  expect(await rotate(again)).toEqual({ pairs: 0, secrets: 0, left: false })
  expect(await kids(again)).toEqual([YOUNG])

  const after = await gateway(young)
  expect(await state(after)).toMatchObject({ fault: null, first: YOUNG })
  const opened: unknown[] = []
  for (const [i, owner] of owners.entries()) opened.push(await openText(after.it.keys, owner, sealed[i] ?? '', PLACE))
  expect(opened).toEqual(owners)
  // The connection's settings open: a message goes over it.
  const tenant = caller(after.it, made.token)
  const sent = await tenant('/v1/messages', { method: 'POST', body: message('+989121112233') })
  const { id } = (await sent.json()) as { id: string }
  await reaches({ json: async (path: string) => (await tenant(path)).json() } as World, id, 'delivered')
})

test('a key that is not there is told to operators in a sentence', async () => {
  const lost = await gateway(newSealKey('another'))
  expect((await state(lost)).fault).toBe(
    `SEAL_KEYS lacks the key ${YOUNG}, which wrapped keys in CONTROL (docs/deploy.md)`,
  )
})

test.each([
  ['connections', 'secrets'],
  ['connections', 'callback_secrets'],
  ['webhooks', 'secrets'],
])('a key that only %s.%s needs is missed too, and the rows are named', async (table, column) => {
  const it = await gateway(young)
  const database = it.it.control
  const sql = `SELECT id, ${column} AS sealed FROM ${table} LIMIT 1`
  const row = await database.prepare(sql).first<{ id: string; sealed: string }>()
  const relabel = (sealed: string) =>
    database.prepare(`UPDATE ${table} SET ${column} = ?2 WHERE id = ?1`).bind(row?.id, sealed).run()
  await relabel(`gone.${row?.sealed.split('.')[1]}`)
  const { fault } = await state(it)
  await relabel(row?.sealed ?? '')
  expect(fault).toContain(`SEAL_KEYS lacks the key gone, which sealed a secret of ${row?.id}`)
  expect((await state(it)).fault).toBeNull()
})
