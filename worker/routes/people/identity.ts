import type { Context } from 'hono'
import * as z from 'zod'
import { IDENTITY_LEVELS, levelOfNumber } from '#worker/domain/identity/level.ts'
import { MOST_PAPERS, PAPER_TYPES } from '#worker/domain/identity/papers.ts'
import { PURPOSES } from '#worker/domain/messages/message.ts'
import { policyPack } from '#worker/domain/tenants/policy-packs/all.ts'
import { keptLicensee } from '#worker/flows/accounts/kept-licensee.ts'
import { marketOf } from '#worker/flows/accounts/market.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { type Claimant, matchNationalId, TRIES_A_DAY } from '#worker/flows/identity/match.ts'
import { beginPapers, putPaper, removePaper, submitDraft, withdraw } from '#worker/flows/identity/papers.ts'
import { identityState } from '#worker/flows/identity/state.ts'
import type { AppEnv } from '#worker/middleware/variables.ts'
import { papersAnswer, papersJson } from '#worker/routes/admin/identity/papers-answer.ts'
import { oneLine } from '#worker/routes/operation/fields.ts'
import type { Operation, Resource } from '#worker/routes/operation/operation.ts'
import { serve } from '#worker/routes/operation/serve.ts'
import { signedInOf } from './account.ts'

const tag = 'Identity'

const level = z
  .enum(IDENTITY_LEVELS)
  .describe('`L0` e-mail · `L1` mobile · `L2` mobile and national id · `L3` legal person.')

const permitted = z.object({
  level,
  live: z.boolean().describe('Messages may go out at all.'),
  purposes: z.array(z.enum(PURPOSES)),
  recipients: z.int().nullable().describe('Most recipients of one call; null: any number.'),
  daily: z.int().nullable().describe('Most messages a day; null: no cap beside the account’s own.'),
})

const stateAnswer = z.object({
  level,
  next: z
    .object({ level, needs: z.string() })
    .nullable()
    .describe('The next level, and what it needs; null: there is none.'),
  triesLeft: z.int().describe(`Matches that may be asked for today, of ${TRIES_A_DAY}.`),
  papers: z.array(papersAnswer).describe('Papers of legal persons, the newest first.'),
  levels: z
    .array(permitted)
    .describe(
      'What each level permits in live, by the rules of accounts that people make by themselves. Test is free.',
    ),
})

const read = {
  method: 'GET',
  path: '/v1/auth/identity',
  summary: 'Read your identity level, and what the next one needs',
  description: 'What a level permits the accounts that you own.',
  tag,
  signedIn: true,
  responses: { 200: { description: 'Your level.', schema: stateAnswer } },
} as const satisfies Operation

const match = {
  method: 'POST',
  path: '/v1/auth/identity/national-id',
  summary: 'Have your national id matched with your own verified mobile number',
  description:
    'The registry is asked about your own verified number, and about no other. Kept are its word, the time and its reference; the id is sealed.',
  tag,
  signedIn: true,
  body: z.strictObject({
    nationalId: z
      .string()
      .min(1)
      .max(40)
      .meta({ description: 'Ten digits, in Persian, Arabic or Latin.', examples: ['0012345679'] }),
  }),
  example: { nationalId: '0012345679' },
  responses: {
    200: {
      description: 'What the registry says.',
      schema: z.object({
        answer: z.enum(['yes', 'no', 'unknown']),
        level,
        detail: z.string().describe('The same in words.'),
        triesLeft: z.int(),
      }),
    },
    409: { description: 'No number of yours is verified, no registry is set up, or the id cannot be used for you.' },
    429: { description: 'You have no try left today (`too-many-tries`).' },
    503: { description: 'You have the level, but not all of your accounts are known to have it yet: say it again.' },
  },
} as const satisfies Operation

const one = { description: 'The papers.', schema: papersAnswer }
const missing = { 404: { description: 'You have no such papers.' } }
const noDraft = { 409: { description: 'They were submitted, or an operator has decided about them.' } }

const begin = {
  method: 'POST',
  path: '/v1/auth/identity/papers',
  summary: 'Begin the papers of a legal person that you act for',
  description: `From the level \`L2\` on. Then send its files, at most ${MOST_PAPERS}, and submit them.`,
  tag,
  signedIn: true,
  body: z.strictObject({
    name: oneLine(200).describe('Its registered name.'),
    nationalId: z
      .string()
      .min(1)
      .max(40)
      .meta({ description: 'Its national id (شناسه ملی): eleven digits.', examples: ['10380284790'] }),
    registrationNumber: oneLine(20).describe('Its number in the register of companies.'),
  }),
  example: { name: 'Chapar', nationalId: '10380284790', registrationNumber: '28479' },
  responses: {
    201: { ...one, located: true },
    403: { description: 'Your own identity is not known yet (`identity-required`).' },
    409: { description: 'You have papers already that were not refused.' },
  },
} as const satisfies Operation

const putFile = {
  method: 'PUT',
  path: '/v1/auth/identity/papers/:papersId/files/:number',
  summary: 'Send a file of papers',
  description: `The body is the file: ${PAPER_TYPES.join(', ')}, at most 10 MB. Numbers go from 1 to ${MOST_PAPERS}; one that is sent again replaces the file before.`,
  tag,
  signedIn: true,
  query: z.strictObject({ name: z.string().min(1).max(200).optional().describe('The file’s name.') }),
  upload: PAPER_TYPES,
  responses: { 200: one, ...missing, ...noDraft },
} as const satisfies Operation

const removeFile = {
  method: 'DELETE',
  path: '/v1/auth/identity/papers/:papersId/files/:number',
  summary: 'Take a file out of papers',
  tag,
  signedIn: true,
  responses: { 204: { description: 'It is gone.' }, ...missing, ...noDraft },
} as const satisfies Operation

const submit = {
  method: 'POST',
  path: '/v1/auth/identity/papers/:papersId/submit',
  summary: 'Submit papers to an operator',
  tag,
  signedIn: true,
  responses: { 200: one, ...missing, 409: { description: 'They have no file, or were submitted.' } },
} as const satisfies Operation

const remove = {
  method: 'DELETE',
  path: '/v1/auth/identity/papers/:papersId',
  summary: 'Withdraw papers that nobody has decided about, with their files',
  tag,
  signedIn: true,
  responses: { 204: { description: 'They are gone.' }, ...missing, ...noDraft },
} as const satisfies Operation

/** What each level permits the accounts that people make by themselves now, by the rules of the market that those are of. */
async function levelsOf(platform: Platform): Promise<z.infer<typeof permitted>[]> {
  const { identity: rules } = policyPack((await marketOf(platform, await keptLicensee(platform))).pack)
  return IDENTITY_LEVELS.map((one) => {
    const { purposes, recipients, ...rule } = rules[one]
    return { level: one, ...rule, purposes: [...purposes], recipients: recipients === 'any' ? null : recipients }
  })
}

/** Person who calls, as far as identity asks. */
function claimantOf(c: Context<AppEnv>): Claimant {
  const { id, level: number, mobile } = signedInOf(c).person
  return { id, level: levelOfNumber(number), mobile }
}

/** `/v1/auth/identity`: what was proven of a person, and how more is. */
export const identity: Resource = {
  operations: [read, match, begin, putFile, removeFile, submit, remove],
  mount(app) {
    serve(app, read, async (c) => {
      const platform = c.get('platform')
      const [{ papers, ...state }, levels] = await Promise.all([
        identityState(platform, claimantOf(c)),
        levelsOf(platform),
      ])
      return c.json({ ...state, papers: papers.map(papersJson), levels })
    })
    serve(app, match, async (c, { body }) =>
      c.json(await matchNationalId(c.get('platform'), claimantOf(c), body.nationalId, c.get('requestId'))),
    )
    serve(app, begin, async (c, { body }) => {
      const made = await beginPapers(c.get('platform'), claimantOf(c), body, c.get('requestId'))
      return c.json(papersJson(made), 201, { location: `/v1/auth/identity/papers/${made.id}` })
    })
    serve(app, putFile, async (c, { params, body }) => {
      const owner = { personId: claimantOf(c).id, id: params.papersId, number: params.number }
      const file = { type: body.type, name: body.name, request: c.req.raw }
      return c.json(papersJson(await putPaper(c.get('platform'), owner, file, c.get('requestId'))))
    })
    serve(app, removeFile, async (c, { params }) => {
      await removePaper(c.get('platform'), { personId: claimantOf(c).id, id: params.papersId, number: params.number })
      return c.body(null, 204)
    })
    serve(app, submit, async (c, { params }) =>
      c.json(papersJson(await submitDraft(c.get('platform'), claimantOf(c).id, params.papersId))),
    )
    serve(app, remove, async (c, { params }) => {
      await withdraw(c.get('platform'), claimantOf(c).id, params.papersId)
      return c.body(null, 204)
    })
  },
}
