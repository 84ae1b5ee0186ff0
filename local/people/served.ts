import * as z from 'zod'
import { channels } from '#worker/channels/index.ts'
import { newPeopleId, newRequestId, type PersonId, type TenantId } from '#worker/domain/ids.ts'
import { loopbackOrigin } from '#worker/domain/licensee.ts'
import { Problem } from '#worker/domain/problem.ts'
import type { Env } from '#worker/env.ts'
import { beginCeremony, endedCeremony } from '#worker/flows/accounts/ceremony.ts'
import { forgetLicensee } from '#worker/flows/accounts/kept-licensee.ts'
import { openSignIn } from '#worker/flows/accounts/sign-in.ts'
import { openTestMode } from '#worker/flows/carriers/test-mode.ts'
import { confirmPolicy } from '#worker/flows/core/confirm-policy.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { gateway } from '#worker/gateway.ts'
import { placeOfCall, showSignIn, signedIn } from '#worker/middleware/signed-in.ts'
import type { Operation, Resource } from '#worker/routes/operation/operation.ts'
import { serve } from '#worker/routes/operation/serve.ts'
import { platformFactory } from '#worker/runtime.ts'
import { tenantById } from '#worker/store/control/tenants.ts'
import { licenseeSettings, writeLicensee } from '#worker/store/people/licensee.ts'
import { actingFor, putMember } from '#worker/store/people/memberships.ts'
import { insertPerson, ownerOfMobile, personById } from '#worker/store/people/people.ts'
import { isWorkerPath } from '../console/site.ts'
import { LINK_PATH, LOCAL_PEOPLE, type LocalPerson } from './made.ts'

/** Kind of the step that a link is (worker/flows/accounts/ceremony.ts). */
const LINK = 'local-link'

/** Time for which a link is good. */
const LINK_LIFE = 300_000

const platformOf = platformFactory(channels)

/** Finds the person of this mobile; makes him where there is none, or where he closed his account. */
async function ensurePerson({ env, keys, now }: Platform, person: LocalPerson): Promise<PersonId> {
  const at = now()
  await insertPerson(env.CONTROL, keys, {
    ...person,
    id: newPeopleId('per', newRequestId(at)),
    status: 'active',
    generation: 1,
    email: null,
    createdAt: at,
    updatedAt: at,
    closedAt: null,
  })
  const found = await ownerOfMobile(env.CONTROL, keys, person.mobile)
  if (!found) throw new Error('the person is gone again')
  return found.id
}

/** Opens sign-up in the name of this tenant, by the sandbox, unless a tenant that is there was named already. */
async function openSignUp({ env, now }: Platform, tenantId: TenantId): Promise<void> {
  const settings = await licenseeSettings(env.CONTROL)
  const named = settings.signUp.tenantId && (await tenantById(env.CONTROL, settings.signUp.tenantId))
  if (named && named.status === 'active') return
  const signUp = { ...settings.signUp, open: true, tenantId, mode: 'test' as const }
  await writeLicensee(env.CONTROL, { ...settings, signUp }, now())
  forgetLicensee()
}

/** Says the number of a licence that is none, so that bulk of the demo goes out in live too, unless one is there. */
async function sayDemoLicence({ env, now }: Platform): Promise<void> {
  const settings = await licenseeSettings(env.CONTROL)
  if (settings.legal.licenceNumber !== null) return
  const legal = { ...settings.legal, licenceNumber: 'DEMO (no licence)' }
  await writeLicensee(env.CONTROL, { ...settings, legal }, now())
  forgetLicensee()
}

/** Makes what is missing of the local people and of their sign-up. Each step may have been done before. */
export async function makePeople(url: URL, env: Env): Promise<Response> {
  const platform = await platformOf(env)
  const tenant = await tenantById(env.CONTROL, url.searchParams.get('tenant') ?? '')
  if (!tenant) return new Response('`tenant` must be one that is there\n', { status: 400 })
  await sayDemoLicence(platform)
  await ensurePerson(platform, LOCAL_PEOPLE.operator)
  const personId = await ensurePerson(platform, LOCAL_PEOPLE.owner)
  if (!(await actingFor(env.CONTROL, tenant.id, personId))) {
    const member = { tenantId: tenant.id, personId, role: 'owner' as const, madeBy: null, createdAt: platform.now() }
    const version = await putMember(env.CONTROL, member)
    if (version !== null) await confirmPolicy(platform, tenant.id, version)
  }
  await openSignUp(platform, tenant.id)
  await openTestMode(platform)
  return new Response('ok\n')
}

/** Makes a link that signs in one of the local people, once. */
export async function makeLink(url: URL, env: Env): Promise<Response> {
  const platform = await platformOf(env)
  const as = url.searchParams.get('as') ?? ''
  const asked = Object.entries(LOCAL_PEOPLE).find(([name]) => name === as)?.[1]
  if (!asked) return new Response(`\`as\` must be one of: ${Object.keys(LOCAL_PEOPLE).join(', ')}\n`, { status: 400 })
  const found = await ownerOfMobile(env.CONTROL, platform.keys, asked.mobile)
  if (!found) return new Response('This person is gone: the next start makes him anew\n', { status: 404 })
  const token = await beginCeremony(platform, { kind: LINK, personId: found.id, step: {}, lifeMs: LINK_LIFE })
  const { baseUrl } = platform.config
  return new Response(`${loopbackOrigin(baseUrl) ?? baseUrl}${LINK_PATH}?token=${token}\n`)
}

const followLink = {
  method: 'GET',
  path: LINK_PATH,
  summary: 'Sign in by a link of the local programs',
  tag: 'Local',
  query: z.strictObject({ token: z.string() }),
  responses: { 303: { description: 'Signed in; who it is.' } },
} as const satisfies Operation

const links: Resource = {
  operations: [followLink],
  mount(app) {
    serve(app, followLink, async (c, { query }) => {
      const platform = c.get('platform')
      const taken = await endedCeremony(platform, LINK, query.token)
      const person = taken?.personId ? await personById(platform.env.CONTROL, platform.keys, taken.personId) : null
      if (person?.status !== 'active')
        throw new Problem('not-found', { detail: 'This link was used, or is over: `npm run sign-in` prints another.' })
      const entry = { person, method: 'link', place: placeOfCall(c), request: c.get('requestId') } as const
      const fresh = await openSignIn(platform, { ...entry, before: c.get('signedIn') ?? null })
      showSignIn(c, fresh)
      c.set('noted', { object: fresh.signIn.id })
      c.header('Referrer-Policy', 'no-referrer')
      return c.redirect('/', 303)
    })
  },
}

/** Serves what links lead to, as the gateway serves its own calls of browsers: logged, with the cookie. */
export const linkGateway = gateway(platformOf, [links], [], signedIn)

/** True of the call that a link makes. Those who only look at it (HEAD) do not use it up. */
export const isLink = ({ method }: Request, { pathname }: URL): boolean => method === 'GET' && pathname === LINK_PATH

/** Sends a browser to the same address at localhost. */
export function toHostname(url: URL): Response {
  const there = new URL(url)
  there.hostname = 'localhost'
  const answer = { location: there.href, 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' }
  return new Response(null, { status: 302, headers: answer })
}

/**
 * Sends a browser that goes to a page of people at 127.0.0.1, the console's or one of `/v1/auth`, to the same at localhost, where
 * passkeys work and its cookies are; null: it is elsewhere, or no browser that goes to a page.
 */
export function toLocalhost({ method, headers }: Request, url: URL): Response | null {
  const isPage = method === 'GET' && /\btext\/html\b/.test(headers.get('accept') ?? '')
  if (!isPage || url.hostname !== '127.0.0.1') return null
  return url.pathname.startsWith('/v1/auth/') || !isWorkerPath(url.pathname) ? toHostname(url) : null
}
