import type { Context } from 'hono'
import * as z from 'zod'
import { IDENTITY_LEVELS } from '#worker/domain/identity/level.ts'
import { nationalIdOf } from '#worker/domain/identity/national-id.ts'
import type { PersonId } from '#worker/domain/ids.ts'
import { invalidField, Problem } from '#worker/domain/problem.ts'
import { toTimestamp } from '#worker/domain/time.ts'
import { releaseNationalId } from '#worker/flows/identity/release.ts'
import type { AppEnv } from '#worker/middleware/variables.ts'
import { reason, timestamp } from '#worker/routes/operation/fields.ts'
import type { Operation, Resource } from '#worker/routes/operation/operation.ts'
import { serveChange, serveDisclosure } from '#worker/routes/operation/recorded.ts'
import { levelOfPerson } from '#worker/store/identity/levels.ts'
import { ownerOf } from '#worker/store/identity/matches.ts'

const tag = 'Identity'

const find = {
  method: 'POST',
  path: '/admin/v1/identities/find',
  summary: 'Find who had a national id matched here; the reason is kept',
  description:
    'The access log names you, the time and the reason before this is answered; the national id stands in no log.',
  tag,
  operatorScope: 'people:disclose',
  stepUp: true,
  body: z.strictObject({
    nationalId: z
      .string()
      .max(40)
      .meta({ description: 'Ten digits.', examples: ['0012345679'] }),
    reason,
  }),
  example: { nationalId: '0076229645', reason: 'ticket 4711' },
  responses: {
    200: {
      description: 'The person.',
      schema: z.object({
        personId: z.string(),
        level: z.enum(IDENTITY_LEVELS).nullable().describe('Null: the person is closed.'),
        registry: z.string().describe('Registry that confirmed it.'),
        matchedAt: timestamp,
      }),
    },
    404: { description: 'Nobody had it matched.' },
  },
} as const satisfies Operation

const release = {
  method: 'POST',
  path: '/admin/v1/identities/:personId/release',
  summary: 'Take a person’s national id away, so that he or another can have it matched: he falls to the level L1',
  tag,
  operatorScope: 'identity:review',
  stepUp: true,
  responses: {
    204: { description: 'He has none.' },
    404: { description: 'He has none, or there is no such person.' },
    409: {
      description: 'He has a role at the licensee: that is taken first (`PATCH /admin/v1/staff/{id}`), by two people.',
    },
    503: { description: 'It is done, but not confirmed: say it again.' },
  },
} as const satisfies Operation

const ofPath = {
  object: (_: Context<AppEnv>, { params }: { readonly params: { readonly personId: string } }) => params.personId,
  read: async (c: Context<AppEnv>, id: string) => ({ level: await levelOfPerson(c.env.CONTROL, id as PersonId) }),
}

/** `/admin/v1/identities`: national ids that people had matched. */
export const identities: Resource = {
  operations: [find, release],
  mount(app) {
    serveDisclosure(app, find, { object: () => 'identities', tenant: async () => null }, async (c, { body }) => {
      const { env, keys } = c.get('platform')
      const nationalId = nationalIdOf(body.nationalId)
      if (!nationalId) throw invalidField('/nationalId', 'is no national id')
      const found = await ownerOf(env.CONTROL, keys, nationalId)
      if (!found) throw new Problem('not-found')
      const { personId, registry, matchedAt } = found
      c.set('noted', { ...c.get('noted'), object: personId })
      const level = await levelOfPerson(env.CONTROL, personId)
      return c.json({ personId, level, registry, matchedAt: toTimestamp(matchedAt) })
    })
    serveChange(app, release, ofPath, async (c, { params }) => {
      await releaseNationalId(c.get('platform'), params.personId as PersonId)
      return c.body(null, 204)
    })
  },
}
