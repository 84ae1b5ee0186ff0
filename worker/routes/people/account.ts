import type { Context } from 'hono'
import { levelOfNumber } from '#worker/domain/identity/level.ts'
import type { PersonId } from '#worker/domain/ids.ts'
import { operatorScopesOf } from '#worker/domain/people/roles.ts'
import { Problem } from '#worker/domain/problem.ts'
import { toTimestamp } from '#worker/domain/time.ts'
import { endOwn, endSignIn, type SignedIn } from '#worker/flows/accounts/sign-in.ts'
import { tabToken } from '#worker/flows/accounts/tab-token.ts'
import { dropSignIn } from '#worker/middleware/signed-in.ts'
import type { AppEnv } from '#worker/middleware/variables.ts'
import { alteredJson, timestampOrNull } from '#worker/routes/operation/fields.ts'
import type { Resource } from '#worker/routes/operation/operation.ts'
import { wholeList } from '#worker/routes/operation/page.ts'
import { serve } from '#worker/routes/operation/serve.ts'
import { tenantsOfPerson } from '#worker/store/people/memberships.ts'
import { renamePerson } from '#worker/store/people/people.ts'
import { type SignIn, signInsOf } from '#worker/store/people/sign-ins.ts'
import { openSuspensions } from '#worker/store/people/suspensions.ts'
import { changeMe, endSignInOperation, issueTabToken, listSignIns, readMe, signOut } from './account-operations.ts'

/** Gives the caller of a call that wants somebody signed in. */
export function signedInOf(c: Context<AppEnv>): SignedIn {
  const found = c.get('signedIn')
  if (!found) throw new Error('the call stands behind no requireSignedIn')
  return found
}

const signInJson = ({ id, method, place, createdAt, seenAt, endsAt, steppedUpAt }: SignIn, current: SignIn) => ({
  id,
  method,
  isCurrent: id === current.id,
  ip: place?.ip ?? null,
  country: place?.country ?? null,
  browser: place?.browser ?? null,
  createdAt: toTimestamp(createdAt),
  seenAt: toTimestamp(seenAt),
  endsAt: toTimestamp(endsAt),
  steppedUpAt: timestampOrNull(steppedUpAt),
})

/** Tenants that a person acts for, and what their people are told of a suspension. */
async function actsFor(c: Context<AppEnv>, person: PersonId) {
  const found = await tenantsOfPerson(c.env.CONTROL, person)
  const rows = found.map(({ tenantId, ...rest }) => ({ id: tenantId, ...rest }))
  const opened = await openSuspensions(c.get('platform').keys, rows)
  return rows.map(({ suspension: _, ...rest }, n) => ({
    ...rest,
    notice: rest.status === 'suspended' ? (opened[n]?.suspension?.notice ?? null) : null,
  }))
}

async function meJson(c: Context<AppEnv>, { person, signIn }: SignedIn) {
  const { id, name, mobile, email, level, operatorRole } = person
  return {
    ...{ id, name, mobile, email, level: levelOfNumber(level), operatorRole },
    operatorScopes: [...operatorScopesOf(operatorRole, level)],
    tenants: await actsFor(c, id),
    signIn: signInJson(signIn, signIn),
    ...alteredJson(person),
  }
}

/** `/v1/auth`: who is signed in, from where, and the tokens of his tabs. */
export const account: Resource = {
  operations: [readMe, changeMe, issueTabToken, listSignIns, endSignInOperation, signOut],
  mount(app) {
    serve(app, readMe, async (c) => c.json(await meJson(c, signedInOf(c))))
    serve(app, changeMe, async (c, { body: { name } }) => {
      const { env, keys, now } = c.get('platform')
      const signedIn = signedInOf(c)
      const { person } = signedIn
      const { id, mobile, email } = person
      const isWhole = !person.isAltered && person.name !== null
      if (!isWhole || !(await renamePerson(env.CONTROL, keys, { id, mobile, email, name }, now())))
        throw new Problem('conflict', {
          detail: 'Your number was changed at the same time, or your record was altered.',
        })
      c.set('noted', { object: id })
      return c.json(await meJson(c, { ...signedIn, person: { ...person, name } }))
    })
    serve(app, issueTabToken, async (c, { body }) => {
      const token = await tabToken(c.get('platform'), signedInOf(c), body)
      if ('tenantId' in body) c.set('noted', { object: body.tenantId })
      return c.json(token)
    })
    serve(app, listSignIns, async (c) => {
      const { env, keys, now } = c.get('platform')
      const { person, signIn } = signedInOf(c)
      const found = await signInsOf(env.CONTROL, keys, person.id, now())
      return c.json(wholeList(found.map((one) => signInJson(one, signIn))))
    })
    serve(app, endSignInOperation, async (c, { params }) => {
      const { person, signIn } = signedInOf(c)
      if (!(await endSignIn(c.get('platform'), person.id, params.id))) throw new Problem('not-found')
      if (params.id === signIn.id) dropSignIn(c)
      return c.body(null, 204)
    })
    serve(app, signOut, async (c) => {
      const { person, signIn } = signedInOf(c)
      c.set('noted', { object: signIn.id })
      await endOwn(c.get('platform'), person.id, [signIn.id])
      dropSignIn(c)
      return c.body(null, 204)
    })
  },
}
