import type { Context } from 'hono'
import * as z from 'zod'
import { erasableFrom } from '#worker/domain/tenants/retention.ts'
import { toTimestamp } from '#worker/domain/time.ts'
import type { AppEnv } from '#worker/middleware/variables.ts'
import { timestamp } from '#worker/routes/operation/fields.ts'
import type { Operation, Resource } from '#worker/routes/operation/operation.ts'
import { serveChange } from '#worker/routes/operation/recorded.ts'
import { serve } from '#worker/routes/operation/serve.ts'
import { keyringFault } from '#worker/store/keys/fault.ts'
import { keksInUse, rotateSome } from '#worker/store/keys/rotate.ts'
import { closedWithKeys } from '#worker/store/standing/erase.ts'

const tag = 'Operations'
const count = z.int().min(0)

/** Pairs, and secrets of a column, that one call takes. */
const MOST = 100
/** Closed tenants that are shown. */
const MOST_CLOSED = 50

const readKeys = {
  method: 'GET',
  path: '/admin/v1/keys',
  summary: 'Which keys of SEAL_KEYS are in use, and whether they open what they must',
  tag,
  operatorScope: 'keys:read',
  responses: {
    200: {
      description: 'As things stand.',
      schema: z.object({
        fault: z
          .string()
          .nullable()
          .describe(
            'Why keys or secrets in the database cannot be opened; null: one of each kind opens under each key in use.',
          ),
        first: z.string().describe('The key that wraps and seals.'),
        inUse: z
          .array(z.object({ kid: z.string(), count }))
          .describe(
            'How many pairs of keys and secrets need each key. One that is not here may be taken out of the secret.',
          ),
        closed: z
          .array(
            z.object({
              tenantId: z.string(),
              closedAt: timestamp,
              erasableFrom: timestamp.describe('The end of the retention: the purge of that hour erases them.'),
            }),
          )
          .describe(
            'Closed tenants whose standing keys or endpoints are there still, the first 50 by their end. Erased with their opt-outs, devices and endpoints, no copy of those rows opens any more.',
          ),
      }),
    },
  },
} as const satisfies Operation

const rotateKeys = {
  method: 'POST',
  path: '/admin/v1/keys/rotate',
  summary: 'Wrap and seal some of what is under an older key of SEAL_KEYS under its first one',
  description:
    'Call it until `left` is false (`npm run rotate-keys` does). It may be stopped anywhere and called again.',
  tag,
  operatorScope: 'keys:rotate',
  stepUp: true,
  idempotent: true,
  responses: {
    200: {
      description: 'What was done.',
      schema: z.object({
        pairs: count.describe('Pairs of keys that were wrapped anew.'),
        secrets: count.describe('Secrets of connections, webhooks and credentials that were sealed anew.'),
        left: z.boolean(),
      }),
    },
  },
} as const satisfies Operation

async function state(c: Context<AppEnv>) {
  const { env, config } = c.get('platform')
  const inUse = [...(await keksInUse(env.CONTROL))].map(([kid, number]) => ({ kid, count: number }))
  return {
    fault: await keyringFault(env.CONTROL, config.sealKeys),
    first: config.sealKeys[0]?.kid ?? '',
    inUse,
    closed: (await closedWithKeys(env.CONTROL, MOST_CLOSED)).map(({ id, closedAt }) => ({
      tenantId: id,
      closedAt: toTimestamp(closedAt),
      erasableFrom: toTimestamp(erasableFrom(closedAt)),
    })),
  }
}

/** `/admin/v1/keys`: the key-encryption keys, none of them shown. */
export const keys: Resource = {
  operations: [readKeys, rotateKeys],
  mount(app) {
    serve(app, readKeys, async (c) => c.json(await state(c)))
    serveChange(
      app,
      rotateKeys,
      { object: (c) => `key/${c.get('platform').config.sealKeys[0]?.kid}`, read: state },
      async (c) => {
        const { env, config } = c.get('platform')
        return c.json(await rotateSome(env.CONTROL, config.sealKeys, MOST))
      },
    )
  },
}
