import * as z from 'zod'
import { keptLicensee } from '#worker/flows/accounts/kept-licensee.ts'
import type { Operation, Resource } from '#worker/routes/operation/operation.ts'
import { serve } from '#worker/routes/operation/serve.ts'

const CACHE = { 'cache-control': 'public, max-age=60' }

const line = (what: string) => z.string().nullable().describe(what)
const words = (what: string) => z.object({ fa: z.string(), en: z.string() }).nullable().describe(what)

const answer = z
  .object({
    isLicensed: z.boolean().describe('False: there is no licence number, and a page says so.'),
    signUp: z.object({ open: z.boolean().describe('People may make accounts by themselves.') }),
    legal: z
      .object({
        licenceNumber: line('Number of the licence.'),
        authority: words('Union or authority that gave it.'),
        legalName: words('Who runs the gateway.'),
        registrationId: line('National or registration id.'),
        postalAddress: words('Postal address.'),
        landline: line('Landline number (E.164).'),
        email: line('Mail address.'),
        terms: words('Terms of use: a text, or an https address alone.'),
        privacy: words('Privacy: a text, or an https address alone.'),
        tariffs: words('Tariffs: a text, or an https address alone.'),
        complaints: words('Where and how to complain.'),
        notice195: words('Notice of the number 195.'),
      })
      .describe('Null: not said yet.'),
  })
  .meta({ id: 'PublicLicensee' })

const read = {
  method: 'GET',
  path: '/.well-known/licensee',
  tag: 'Accounts',
  summary: 'Who runs this gateway, by which licence, and whether sign-up is open',
  description: 'For the landing page and the legal pages. Open to anybody, and good for a minute.',
  responses: { 200: { description: 'What is public of the licensee’s settings.', schema: answer } },
} as const satisfies Operation

/** `/.well-known/licensee`: what the law wants shown of who runs the gateway. */
export const publicLicensee: Resource = {
  operations: [read],
  mount(app) {
    serve(app, read, async (c) => {
      const { legal, signUp } = await keptLicensee(c.get('platform'))
      const isOpen = signUp.open && signUp.tenantId !== null
      return c.json({ isLicensed: (legal.licenceNumber ?? '') !== '', signUp: { open: isOpen }, legal }, 200, CACHE)
    })
  },
}
