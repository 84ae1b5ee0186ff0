import type { Context } from 'hono'
import * as z from 'zod'
import { CHANNELS, type ChannelName } from '#worker/domain/carriers/channel.ts'
import { besideRequest, newRequestId } from '#worker/domain/ids.ts'
import { Problem } from '#worker/domain/problem.ts'
import type { Realm } from '#worker/domain/realm.ts'
import { homeShard } from '#worker/domain/tenants/tenant.ts'
import { toTimestamp } from '#worker/domain/time.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { type RejectedItem, rejection } from '#worker/flows/messages/draft.ts'
import { addSuppression, concernedBy, liftSuppression } from '#worker/flows/people/suppress.ts'
import { seal, unseal } from '#worker/lib/seal.ts'
import { byQuery, parseBody } from '#worker/middleware/json-body.ts'
import type { AppEnv } from '#worker/middleware/variables.ts'
import { altered, alteredJson } from '#worker/routes/operation/fields.ts'
import type { Operation, Resource } from '#worker/routes/operation/operation.ts'
import { page, pageFields, pageOf } from '#worker/routes/operation/page.ts'
import { serve } from '#worker/routes/operation/serve.ts'
import { shardOfEnv } from '#worker/store/ledger.ts'
import {
  listSuppressions,
  type OpenedSuppression,
  openSuppressions,
  type Suppression,
} from '#worker/store/suppressions.ts'

const tag = 'Suppressions'
const target = {
  channel: z.enum(CHANNELS),
  recipient: z
    .string()
    .min(1)
    .max(320)
    .meta({ description: 'The person’s phone number or address.', examples: ['+989121234567'] }),
  sender: z.string().min(1).max(320).optional().describe('One of the account’s senders; absent: all of them.'),
}

const answer = z
  .object({
    channel: z.enum(CHANNELS),
    recipient: z.string().optional().describe('Absent only where `altered`.'),
    altered,
    sender: z.string().nullable().describe('Null: all of the account’s senders.'),
    source: z.enum(['keyword', 'recipient', 'api', 'carrier']).describe('`carrier` blocks cannot be lifted here.'),
    messageId: z.string().nullable(),
    createdAt: z.string(),
  })
  .meta({ id: 'Suppression' })

const input = z.strictObject(target).meta({ id: 'SuppressionInput' })
const query = z.strictObject({
  channel: z.enum(CHANNELS).optional().describe('On this channel; default: on all.'),
  recipient: z.string().max(320).optional().describe('Only this person’s; without `channel` it is read as in SMS.'),
  ...pageFields(100, 200, z.string().max(1_000)),
})

const list = {
  method: 'GET',
  path: '/v1/suppressions',
  summary: 'List opt-outs',
  tag,
  scope: 'suppressions:read',
  query,
  responses: { 200: { description: 'A page', schema: pageOf(answer).meta({ id: 'SuppressionPage' }) } },
} as const satisfies Operation

const add = {
  method: 'POST',
  path: '/v1/suppressions',
  summary: 'Add an opt-out',
  tag,
  scope: 'suppressions:write',
  body: input,
  idempotent: true,
  responses: {
    201: { description: 'Added', schema: answer },
    200: { description: 'It was there already', schema: answer },
  },
} as const satisfies Operation

/** Most opt-outs of one import: each is a call or two of the ledger. */
const IMPORT_MOST = 100

const importMany = {
  method: 'POST',
  path: '/v1/suppressions/import',
  summary: 'Add many opt-outs',
  description:
    'A bad one is refused by its index and never fails the rest. Beyond the quota those that find no room are refused with `quota-full`.',
  tag,
  scope: 'suppressions:write',
  body: z.strictObject({ suppressions: z.array(z.unknown()).min(1).max(IMPORT_MOST) }),
  items: {
    member: 'suppressions',
    most: IMPORT_MOST,
    lines: 'Lines of JSON: first `{}`, then a `SuppressionInput` a line.',
    documented: z.strictObject({ suppressions: z.array(input).min(1).max(IMPORT_MOST) }),
  },
  example: { suppressions: [{ channel: 'sms', recipient: '+989121234567' }] },
  idempotent: true,
  responses: {
    200: {
      description: 'What became of each.',
      schema: z
        .object({
          added: z.int(),
          present: z.int().describe('They were there already.'),
          rejected: z.array(
            z.object({
              index: z.int(),
              code: z.string(),
              errors: z.array(z.object({ pointer: z.string(), detail: z.string() })),
            }),
          ),
        })
        .meta({ id: 'ImportedSuppressions' }),
    },
  },
} as const satisfies Operation

const remove = {
  method: 'DELETE',
  path: '/v1/suppressions',
  summary: 'Lift an opt-out',
  tag,
  scope: 'suppressions:write',
  query: z.strictObject(target),
  responses: {
    204: { description: 'Lifted' },
    404: { description: 'There is none.' },
    409: { description: 'A carrier made it, and only the person can lift it there.' },
  },
} as const satisfies Operation

const toJson = ({ channel, party, line, source, messageId, createdAt, ...mark }: OpenedSuppression) => ({
  channel,
  ...(party === '' ? {} : { recipient: party }),
  ...alteredJson(mark),
  sender: line === '' ? null : line,
  source,
  messageId,
  createdAt: toTimestamp(createdAt),
})

type Position = readonly [channel: string, partyKey: string, line: string]

/** Name of the list that a cursor is sealed for: in another it cannot be opened. */
const listOf = (realm: Realm, channel: ChannelName | undefined): string => `suppressions ${realm} ${channel ?? '*'}`

/** Seals the place behind which the next page begins, because a party key may not be seen outside. */
async function cursorOf({ config }: Platform, list: string, { channel, partyKey, line }: Suppression): Promise<string> {
  const place: Position = [channel, partyKey, line]
  const sealed = await seal(config.sealKeys, JSON.stringify(place), list)
  return sealed
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/={1,2}$/, '')
}

async function openCursor({ config }: Platform, list: string, text: string | undefined): Promise<Position> {
  if (text === undefined) return ['', '', '']
  try {
    return JSON.parse(await unseal(config.sealKeys, text, list)) as Position
  } catch {
    throw new Problem('invalid-request', { errors: [{ pointer: 'query:cursor', detail: 'is no cursor of this list' }] })
  }
}

/** Keys of all the known addresses of a person. */
async function keysOf(
  c: Context<AppEnv>,
  person: { readonly channel: ChannelName; readonly recipient: string },
): Promise<readonly string[]> {
  const { identities } = await byQuery(concernedBy(c.get('platform'), c.get('principal'), person))
  return identities.map(({ partyKey }) => partyKey)
}

/** Adds the opt-outs of an import one by one, each under an id of its own, so that a repeat of the call makes no event again. */
async function importAll(c: Context<AppEnv>, given: readonly unknown[]) {
  const faults = c.get('itemFaults')
  const counts = { added: 0, present: 0 }
  const rejected: RejectedItem[] = []
  for (const [n, item] of given.entries()) {
    try {
      const spoiled = faults?.get(n)
      if (spoiled) throw new Problem('invalid-fields', { errors: spoiled })
      const request = besideRequest(c.get('originRequestId'), n)
      const { isNew } = await addSuppression(c.get('platform'), c.get('principal'), parseBody(input, item), request)
      counts[isNew ? 'added' : 'present']++
    } catch (error) {
      const { index, code, errors } = rejection(n, error)
      rejected.push({
        ...{ index, code },
        errors: errors.map(({ pointer, detail }) => ({
          pointer: pointer.replace('/messages/', '/suppressions/'),
          detail,
        })),
      })
    }
  }
  return { ...counts, rejected }
}

/** `/v1/suppressions`: opt-outs of people. */
export const suppressions: Resource = {
  operations: [list, add, importMany, remove],
  mount(app) {
    serve(app, list, async (c, { query: { channel, recipient, cursor, limit } }) => {
      const platform = c.get('platform')
      const { realm, policy } = c.get('principal')
      const db = shardOfEnv(c.env, homeShard(policy))
      const keys = recipient === undefined ? null : await keysOf(c, { channel: channel ?? 'sms', recipient })
      const ownList = listOf(realm, channel)
      const after = await openCursor(platform, ownList, cursor)
      const asked = { channel: channel ?? null, keys, after, limit: limit + 1 }
      const found = await openSuppressions(platform.keys, await listSuppressions(db, realm, asked))
      const { rows, last } = page(found, limit)
      return c.json({ data: rows.map(toJson), nextCursor: last && (await cursorOf(platform, ownList, last)) })
    })
    serve(app, add, async (c, { body }) => {
      const { suppression, isNew } = await addSuppression(
        c.get('platform'),
        c.get('principal'),
        body,
        c.get('originRequestId'),
      )
      return c.json(toJson(suppression), isNew ? 201 : 200)
    })
    serve(app, importMany, async (c, { body }) => c.json(await importAll(c, body.suppressions)))
    serve(app, remove, async (c, { query: called }) => {
      const request = newRequestId(c.get('platform').now())
      await byQuery(liftSuppression(c.get('platform'), c.get('principal'), called, request))
      return c.body(null, 204)
    })
  },
}
