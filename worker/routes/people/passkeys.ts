import type { Context } from 'hono'
import type { PasskeyId } from '#worker/domain/ids.ts'
import { Problem } from '#worker/domain/problem.ts'
import { toTimestamp } from '#worker/domain/time.ts'
import {
  type Answered,
  addPasskey,
  dropPasskey,
  passkeyRefused,
  registrationOptions,
  type SignedChallenge,
  signInOptions,
  signInProof,
  stepUpOptions,
  stepUpProof,
} from '#worker/flows/accounts/passkeys.ts'
import { openSignIn, stepUp } from '#worker/flows/accounts/sign-in.ts'
import { markBrowser, markOfBrowser } from '#worker/middleware/browser-mark.ts'
import { placeOfCall, showSignIn } from '#worker/middleware/signed-in.ts'
import type { AppEnv } from '#worker/middleware/variables.ts'
import { alteredJson, timestampOrNull } from '#worker/routes/operation/fields.ts'
import type { Resource } from '#worker/routes/operation/operation.ts'
import { wholeList } from '#worker/routes/operation/page.ts'
import { type Input, serve } from '#worker/routes/operation/serve.ts'
import { type Passkey, passkeysOf, renamePasskey } from '#worker/store/people/passkeys.ts'
import { signedInOf } from './account.ts'
import {
  listPasskeys,
  optionsOfRegistration,
  optionsOfSignIn,
  optionsOfStepUp,
  registerPasskey,
  removePasskeyOperation,
  renamePasskeyOperation,
  signInByPasskey,
  stepUpByPasskey,
} from './passkey-operations.ts'

const passkeyJson = (passkey: Passkey) => ({
  id: passkey.id,
  name: passkey.name,
  status: passkey.refusedAt === null ? ('active' as const) : ('refused' as const),
  transports: passkey.transports,
  isSynced: passkey.isSynced,
  createdAt: toTimestamp(passkey.createdAt),
  lastUsedAt: timestampOrNull(passkey.lastUsedAt),
  ...alteredJson(passkey),
})

const ownPasskeys = (c: Context<AppEnv>): Promise<readonly Passkey[]> => {
  const { env, keys } = c.get('platform')
  return passkeysOf(env.CONTROL, keys, signedInOf(c).person.id)
}

/** Answer as the flow takes it. */
const signedOf = ({ body }: Pick<Input<typeof signInByPasskey>, 'body'>): SignedChallenge => {
  const { id, response } = body.credential
  return { credentialId: id, userHandle: response.userHandle ?? null, response }
}

/** Notes for the log of calls which passkey of whom was tried, also where it was refused, and why; throws if it was. */
function heed(c: Context<AppEnv>, { passkey, personId, refusal }: Answered): void {
  c.set('noted', { object: passkey, parent: personId, ...(refusal === null ? {} : { reason: refusal }) })
  if (refusal !== null) throw passkeyRefused(refusal)
}

function mountOwn(app: Parameters<Resource['mount']>[0]): void {
  serve(app, listPasskeys, async (c) => c.json(wholeList((await ownPasskeys(c)).map(passkeyJson))))
  serve(app, optionsOfRegistration, async (c) =>
    c.json({ publicKey: await registrationOptions(c.get('platform'), signedInOf(c)) }),
  )
  serve(app, registerPasskey, async (c, { body: { name, credential } }) => {
    const { id, response } = credential
    const { clientDataJSON, attestationObject, transports = [] } = response
    const made = { name, transports, response: { id, clientDataJSON, attestationObject }, request: c.get('requestId') }
    const passkey = await addPasskey(c.get('platform'), signedInOf(c), made)
    c.header('Location', `/v1/auth/passkeys/${passkey.id}`)
    return c.json(passkeyJson(passkey), 201)
  })
  serve(app, renamePasskeyOperation, async (c, { body, params }) => {
    const { env, keys } = c.get('platform')
    const named = { id: params.id as PasskeyId, personId: signedInOf(c).person.id }
    if (!(await renamePasskey(env.CONTROL, keys, named, body.name))) throw new Problem('not-found')
    const renamed = (await ownPasskeys(c)).find(({ id }) => id === named.id)
    if (!renamed) throw new Problem('not-found')
    return c.json(passkeyJson(renamed))
  })
  serve(app, removePasskeyOperation, async (c, { params }) => {
    await dropPasskey(c.get('platform'), signedInOf(c), params.id)
    return c.body(null, 204)
  })
}

/** `/v1/auth/passkeys`, and the ways to sign in and to step up by one. */
export const passkeys: Resource = {
  operations: [
    listPasskeys,
    optionsOfRegistration,
    registerPasskey,
    renamePasskeyOperation,
    removePasskeyOperation,
    optionsOfSignIn,
    signInByPasskey,
    optionsOfStepUp,
    stepUpByPasskey,
  ],
  mount(app) {
    mountOwn(app)
    serve(app, optionsOfSignIn, async (c) =>
      c.json({ publicKey: await signInOptions(c.get('platform'), markBrowser(c)) }),
    )
    serve(app, signInByPasskey, async (c, { body }) => {
      const platform = c.get('platform')
      const { person, ...answered } = await signInProof(platform, markOfBrowser(c), signedOf({ body }))
      heed(c, answered)
      if (!person) throw new Error('a passkey that is taken has no person')
      const before = c.get('signedIn') ?? null
      const { passkey } = answered
      const by = { person, method: 'passkey', passkey } as const
      const entry = { ...by, place: placeOfCall(c), request: c.get('requestId'), before }
      showSignIn(c, await openSignIn(platform, entry))
      return c.body(null, 204)
    })
    serve(app, optionsOfStepUp, async (c) =>
      c.json({ publicKey: await stepUpOptions(c.get('platform'), signedInOf(c)) }),
    )
    serve(app, stepUpByPasskey, async (c, { body }) => {
      const platform = c.get('platform')
      const signedIn = signedInOf(c)
      const answered = await stepUpProof(platform, signedIn, signedOf({ body }))
      heed(c, answered)
      const fresh = await stepUp(platform, signedIn, answered.passkey)
      if (!fresh) throw new Problem('signed-out')
      showSignIn(c, fresh)
      return c.body(null, 204)
    })
  },
}
