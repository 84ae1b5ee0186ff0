import { afterAll, beforeAll, expect, test } from 'vitest'
import { importSealKeys } from '#worker/config.ts'
import { type ConnectionId, newRequestId, newSessionId, type TenantId } from '#worker/domain/ids.ts'
import { realmOf } from '#worker/domain/realm.ts'
import type { SessionRecord } from '#worker/domain/sessions/session.ts'
import { insertDeadLetters } from '#worker/store/dead-letters.ts'
import type { OpenedText } from '#worker/store/keys/altered.ts'
import { type Keyring, keyringOf } from '#worker/store/keys/keyring.ts'
import { openText, sealText } from '#worker/store/keys/sealed.ts'
import { keepParts } from '#worker/store/messages/parts.ts'
import { upsertSessions } from '#worker/store/sessions/write.ts'
import { hexOf } from '../../worlds/tenant-rows.ts'
import { configOf } from '../../worlds/tenant-world.ts'
import { caller, message, newTenant, reaches, startWorld, until, type World } from '../../worlds/world.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const PURGE = '17 * * * *'
const WORDS = 'words that were purged'
const PLACE = ['things', 'row', 'column'] as const

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.dispose())

/** Keyring of an isolate that has read nothing yet. */
const fresh = async (): Promise<Keyring> =>
  keyringOf(world.chapar.control, await importSealKeys(world.chapar.secrets.worker))

/** Opens a copy from before, as somebody would who has every secret and the databases as they now are. */
const openedFrom = async (copy: string, owner: TenantId | ''): Promise<OpenedText> =>
  openText(await fresh(), owner, copy, PLACE)

test('after the purge of a month no copy of its rows opens, while those of months with a row left do', async () => {
  const { chapar, ledger } = world
  const other = await newTenant(chapar, { line: '10009876', connectionId: world.connectionId })
  const [purged, open] = [world.tenantId, other.tenantId] as [TenantId, TenantId]
  const { id } = await world.json<{ id: string }>('/v1/messages', {
    method: 'POST',
    body: message('+989121112233'),
    status: 202,
  })
  const call = caller(chapar, other.token)
  const answer = await call('/v1/messages', {
    method: 'POST',
    body: message('+989121112244', 'x', { from: '10009876' }),
  })
  const { id: left } = (await answer.json()) as { id: string }
  await reaches(world, id, 'delivered')
  await reaches({ ...world, json: async (path) => (await call(path)).json() } as World, left, 'delivered')
  // One that never ended: its message stays for good.
  await ledger.prepare('UPDATE messages SET status = 10 WHERE id = unhex(?1)').bind(hexOf(left)).run()

  const now = Date.now()
  const seal = async (owner: TenantId | '', at = now): Promise<string> =>
    sealText(await chapar.keys.sealer(owner, at), WORDS, PLACE)
  const copies = { purged: await seal(purged), open: await seal(open), platform: await seal('') }
  const standing = await sealText(await chapar.keys.standing(purged), WORDS, PLACE)
  const young = await seal(purged, now + 60 * DAY)
  const letter = { id: 'dead_old', queue: 'audit', kind: 'audit', realm: '', items: 0, reason: '', at: now } as const
  await insertDeadLetters(ledger, chapar.keys, [{ ...letter, job: { json: '{}' } }])

  await chapar.scheduled(PURGE, now + 180 * DAY)
  expect(await openedFrom(copies.purged, purged)).toBe(WORDS)

  // The whole month is past its retention: its last day was at most 31 days after this one. A call of this test that its queue
  // writes into the log while a run goes on keeps the pair until the next run.
  let hour = now + (187 + 31) * DAY
  await until('both keys are forgotten', async () => {
    await chapar.scheduled(PURGE, hour)
    hour += HOUR
    const left = [await openedFrom(copies.purged, purged), await openedFrom(copies.platform, '')]
    return left.every((text) => text === null)
  })
  expect(await openedFrom(copies.open, open)).toBe(WORDS)
  expect(await openedFrom(young, purged)).toBe(WORDS)
  expect(await openedFrom(standing, purged)).toBe(WORDS)
})

test('pairs that must stay, however many, keep none behind them from being forgotten', async () => {
  const { chapar, ledger } = world
  const at = Date.UTC(2027, 4, 15)
  const owners = Array.from({ length: 130 }, (_, n) => `ten_0000000${String(n).padStart(5, '0')}` as TenantId)
  const last = 'ten_zzzzzzzzzzzz' as TenantId
  for (const owner of [...owners, last]) await chapar.keys.sealer(owner, at)
  const copy = await sealText(await chapar.keys.sealer(last, at), WORDS, PLACE)
  // Work that waits in each of the other realms.
  const rows = owners.map((owner, n) =>
    ledger
      .prepare('INSERT INTO work (due_at, id, kind, realm, body) VALUES (?1, ?2, ?3, ?4, ?5)')
      .bind(at, `w${n}`, 'none', `live.${owner}`, '{}'),
  )
  await ledger.batch(rows)
  const later = at + (187 + 31) * DAY
  await chapar.scheduled(PURGE, later)
  expect(await openedFrom(copy, last)).toBe(WORDS)
  await chapar.scheduled(PURGE, later + 3_600_000)
  expect(await openedFrom(copy, last)).toBeNull()
  await ledger.prepare("DELETE FROM work WHERE kind = 'none'").run()
})

test('a session that stays and a part that waits keep the keys of their month', async () => {
  const { chapar, ledger, connectionId } = world
  const at = Date.UTC(2028, 1, 15)
  const owner = 'ten_zzzzzzzzzzz0' as TenantId
  const realm = realmOf(owner, 'live')
  const id = await newSessionId((await configOf(chapar.secrets)).idKeys, realm, newRequestId(at))
  const session: SessionRecord = {
    ...{
      id,
      channel: 'ussd',
      connectionId: connectionId as ConnectionId,
      sessionRef: 's',
      party: '+98912',
      line: '*1#',
    },
    ...{ reason: 'person', startedAt: at, updatedAt: at + 60 * DAY, turns: [] },
  }
  const own = { db: ledger, keys: chapar.keys }
  await ledger.batch([...(await upsertSessions(own, [{ realm, partyKey: 'key', session }]))])
  const part = { connectionId: session.connectionId, groupKey: 'g', ref: 'r', number: 1, total: 2, part: '{}' }
  const wait = { dueAt: at, id: 'w', kind: 'none', realm, body: '{}' }
  await keepParts(own, [{ ...part, receivedAt: at }], () => wait)
  await ledger.prepare(`DELETE FROM work WHERE id = 'w'`).run()
  const copies = await Promise.all(
    ([owner, ''] as const).map(async (whose) => sealText(await chapar.keys.sealer(whose, at), WORDS, PLACE)),
  )
  const opened = () => Promise.all([openedFrom(copies[0] ?? '', owner), openedFrom(copies[1] ?? '', '')])
  let hour = at + (187 + 31) * DAY
  /** Lets two runs look at all pairs, also at those of the test before. */
  const purge = async () => {
    for (const end = hour + 2 * HOUR; hour < end; hour += HOUR) await chapar.scheduled(PURGE, hour)
  }
  await purge()
  expect(await opened()).toEqual([WORDS, WORDS])
  await ledger.prepare('DELETE FROM sessions WHERE realm = ?1').bind(realm).run()
  await purge()
  expect(await opened()).toEqual([null, WORDS])
  await ledger.prepare(`DELETE FROM inbound_parts WHERE group_key = 'g'`).run()
  await purge()
  expect(await opened()).toEqual([null, null])
})
