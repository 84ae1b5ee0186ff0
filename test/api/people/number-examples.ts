import { type LostAccessId, newPeopleId, newRequestId } from '#worker/domain/ids.ts'
import { insertLostAccess } from '#worker/store/people/lost-access.ts'
import { signedInPerson } from '../../worlds/players/person-world.ts'
import type { Surface } from '../../worlds/surface.ts'
import type { Example } from '../examples.ts'
import { CODE, codesWork, someMobile, underWay, unnamed } from './code-examples.ts'

type Prepare = (it: Surface) => Promise<Example>

/** A step of a change of number, of who is signed in. */
const changing =
  (purpose: 'old-mobile' | 'new-mobile', path: string, status: number): Prepare =>
  async (it) => {
    const { id, signInId, mobile, cookie } = await signedInPerson(it.chapar)
    const facts = { signIn: signInId, before: mobile, after: someMobile() }
    const ceremony = await underWay(it, purpose, id, mobile ?? '', facts)
    return { path, body: { ceremony, code: CODE }, headers: { cookie, ...unnamed() }, status }
  }

/** Claim of a person who has not been seen for an hour. */
const WORDS = { name: 'Zx3lostName4Md', words: 'Zx4lostWords5Nf' }

/** A request that waits for operators; its id. */
async function lostAccess(it: Surface): Promise<string> {
  const now = Date.now()
  const { id: personId, mobile } = await signedInPerson(it.chapar, { now: now - 3_600_000 })
  const id = newPeopleId('lst', newRequestId(now)) as LostAccessId
  const facts = { before: mobile ?? '', after: someMobile(), ...WORDS }
  await insertLostAccess(it.chapar.control, it.chapar.keys, { id, personId, createdAt: now, facts }, 0)
  return id
}
const decided =
  (how: 'grant' | 'refuse'): Prepare =>
  async (it) => ({ path: `/admin/v1/lost-access/${await lostAccess(it)}/${how}`, method: 'POST', status: 200 })

/** Good calls of a change of number and of lost access, by the name of the operation. */
export const numberExamples: Readonly<Record<string, Prepare>> = {
  'POST /v1/auth/mobile': async (it) => {
    await codesWork(it)
    const { cookie } = await signedInPerson(it.chapar)
    const body = { mobile: someMobile() }
    return { path: '/v1/auth/mobile', body, headers: { cookie, ...unnamed() }, status: 202 }
  },
  'POST /v1/auth/mobile/old': changing('old-mobile', '/v1/auth/mobile/old', 202),
  'POST /v1/auth/mobile/new': changing('new-mobile', '/v1/auth/mobile/new', 200),
  'POST /v1/auth/lost-access': async (it) => {
    await codesWork(it)
    const body = { mobile: someMobile(), newMobile: someMobile(), ...WORDS }
    return { path: '/v1/auth/lost-access', body, headers: unnamed(), status: 202 }
  },
  'POST /v1/auth/lost-access/check': async (it) => {
    const after = someMobile()
    const ceremony = await underWay(it, 'lost-access', null, after, { before: someMobile(), after, ...WORDS })
    return { path: '/v1/auth/lost-access/check', body: { ceremony, code: CODE }, headers: unnamed(), status: 202 }
  },
  'POST /admin/v1/lost-access/:id/grant': decided('grant'),
  'POST /admin/v1/lost-access/:id/refuse': decided('refuse'),
}
