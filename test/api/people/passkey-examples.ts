import { newAuthenticator } from '../../worlds/players/authenticator.ts'
import { askToRegister, askToSignIn, askToStepUp, passkeyOwner } from '../../worlds/players/passkey-world.ts'
import { browserOf, signedInPerson } from '../../worlds/players/person-world.ts'
import type { Surface } from '../../worlds/surface.ts'
import type { Example } from '../examples.ts'
import { numberExamples } from './number-examples.ts'

type Prepare = (it: Surface) => Promise<Example>

/** A POST of a browser without a body, of somebody who is signed in. */
const asked =
  (path: string): Prepare =>
  async (it) => {
    const { cookie } = await signedInPerson(it.chapar)
    return { path, method: 'POST', headers: { cookie }, status: 200 }
  }

/** Good calls of passkeys, and of what people do without, by the name of the operation. */
export const passkeyExamples: Readonly<Record<string, Prepare>> = {
  ...numberExamples,
  'POST /v1/auth/passkeys/registration/options': asked('/v1/auth/passkeys/registration/options'),
  'POST /v1/auth/step-up/passkey/options': asked('/v1/auth/step-up/passkey/options'),
  'POST /v1/auth/passkeys/registration': async (it) => {
    const { browse, cookie } = await signedInPerson(it.chapar)
    const credential = newAuthenticator(it.chapar.baseUrl).create(await askToRegister(browse))
    const body = { name: 'Zw7samplePasskey8Rs', credential }
    return { path: '/v1/auth/passkeys/registration', headers: { cookie }, body, status: 201 }
  },
  'PATCH /v1/auth/passkeys/:id': async (it) => {
    const { person, passkey } = await passkeyOwner(it.chapar)
    const path = `/v1/auth/passkeys/${passkey}`
    return {
      path,
      method: 'PATCH',
      headers: { cookie: person.cookie },
      body: { name: 'Zw8sampleName9Tu' },
      status: 200,
    }
  },
  'DELETE /v1/auth/passkeys/:id': async (it) => {
    const { person, passkey } = await passkeyOwner(it.chapar)
    return { path: `/v1/auth/passkeys/${passkey}`, method: 'DELETE', headers: { cookie: person.cookie }, status: 204 }
  },
  'POST /v1/auth/sign-in/passkey': async (it) => {
    const { authenticator } = await passkeyOwner(it.chapar)
    const { browse, jar } = browserOf(it.chapar)
    const credential = authenticator.get(await askToSignIn(browse))
    return { path: '/v1/auth/sign-in/passkey', headers: { cookie: jar.cookie }, body: { credential }, status: 204 }
  },
  'POST /v1/auth/step-up/passkey': async (it) => {
    const { person, authenticator } = await passkeyOwner(it.chapar)
    const credential = authenticator.get(await askToStepUp(person.browse))
    return { path: '/v1/auth/step-up/passkey', headers: { cookie: person.cookie }, body: { credential }, status: 204 }
  },
}
