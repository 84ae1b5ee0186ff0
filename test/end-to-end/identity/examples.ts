import { keyedHash } from '#worker/store/keys/sealed.ts'
import { signedInPerson } from '../../worlds/players/person-world.ts'
import type { Sent, Surface } from '../../worlds/surface.ts'

/** As `Example` of examples.ts has it. */
type Prepared = Sent & { readonly path: string; readonly status: number }
type Prepare = (it: Surface) => Promise<Prepared>

const OWN = '/v1/auth/identity'
const REGISTRY = { driver: 'shahkar', settings: { url: 'https://registry.example/match', secret: 'a long secret' } }
const COMPANY = { name: 'Chapar', nationalId: '10380284790', registrationNumber: '28479' }
const PDF = { body: '%PDF-1.7', headers: { 'content-type': 'application/pdf' } }

/** A person of the level L2, in a browser. */
async function known(it: Surface) {
  const { id, cookie, origin } = await signedInPerson(it.chapar, { level: 2 })
  return { id, headers: { cookie, origin } }
}

/** Papers that somebody has begun, with a file; and his headers. */
async function draft(it: Surface) {
  const person = await known(it)
  const { id } = await it.good(`${OWN}/papers`, { body: COMPANY, headers: person.headers }, 201)
  const path = `${OWN}/papers/${id}`
  await it.good(`${path}/files/1`, { ...PDF, method: 'PUT', headers: { ...PDF.headers, ...person.headers } })
  return { id: id as string, path, headers: person.headers }
}

/** The same, submitted. */
async function submitted(it: Surface) {
  const { id, path, headers } = await draft(it)
  await it.good(`${path}/submit`, { method: 'POST', headers })
  return { id, path: `/admin/v1/papers/${id}` }
}

/** Puts a match in, past the registry, which has tests of its own. */
async function matched(it: Surface): Promise<string> {
  const { id } = await known(it)
  await it.chapar.control
    .prepare(
      `INSERT INTO identity_matches (person_id, national_key, mobile_key, sealed, registry, matched_at)
VALUES (?1, ?1, ?1, '', 'shahkar', 1)`,
    )
    .bind(id)
    .run()
  return id
}

/** Good calls of identities and papers, by `METHOD path`. */
export const identityExamples: Readonly<Record<string, Prepare>> = {
  [`POST ${OWN}/national-id`]: async (it) => {
    await it.admin('/admin/v1/identity-registry', { method: 'PUT', body: REGISTRY })
    const { headers } = await known(it)
    return { path: `${OWN}/national-id`, body: { nationalId: '0012345679' }, headers, status: 200 }
  },
  [`POST ${OWN}/papers`]: async (it) => {
    const { headers } = await known(it)
    return { path: `${OWN}/papers`, body: COMPANY, headers, status: 201 }
  },
  [`PUT ${OWN}/papers/:papersId/files/:number`]: async (it) => {
    const { path, headers } = await draft(it)
    return { path: `${path}/files/2`, method: 'PUT', ...PDF, headers: { ...PDF.headers, ...headers }, status: 200 }
  },
  [`DELETE ${OWN}/papers/:papersId/files/:number`]: async (it) => {
    const { path, headers } = await draft(it)
    return { path: `${path}/files/1`, method: 'DELETE', headers, status: 204 }
  },
  [`POST ${OWN}/papers/:papersId/submit`]: async (it) => {
    const { path, headers } = await draft(it)
    return { path: `${path}/submit`, method: 'POST', headers, status: 200 }
  },
  [`DELETE ${OWN}/papers/:papersId`]: async (it) => {
    const { path, headers } = await draft(it)
    return { path, method: 'DELETE', headers, status: 204 }
  },
  'PUT /admin/v1/identity-registry': async () => ({
    path: '/admin/v1/identity-registry',
    method: 'PUT',
    body: REGISTRY,
    status: 200,
  }),
  'POST /admin/v1/identities/find': async (it) => {
    const id = await matched(it)
    const key = await keyedHash(await it.chapar.keys.standing(''), ['national-id', '0076229645'])
    const { control } = it.chapar
    await control.prepare('DELETE FROM identity_matches WHERE national_key = ?1').bind(key).run()
    await control.prepare('UPDATE identity_matches SET national_key = ?2 WHERE person_id = ?1').bind(id, key).run()
    const body = { nationalId: '0076229645', reason: 'order 12 of a court' }
    return { path: '/admin/v1/identities/find', body, status: 200 }
  },
  'POST /admin/v1/identities/:personId/release': async (it) => ({
    path: `/admin/v1/identities/${await matched(it)}/release`,
    method: 'POST',
    status: 204,
  }),
  'GET /admin/v1/papers': async () => ({ path: '/admin/v1/papers?status=submitted&limit=2', status: 200 }),
  'GET /admin/v1/papers/:papersId': async (it) => ({ ...(await submitted(it)), status: 200 }),
  'POST /admin/v1/papers/:papersId/files/:number/disclose': async (it) => ({
    path: `${(await submitted(it)).path}/files/1/disclose`,
    body: { reason: 'order 12 of a court' },
    status: 200,
  }),
  'POST /admin/v1/papers/:papersId/approve': async (it) => ({
    path: `${(await submitted(it)).path}/approve`,
    method: 'POST',
    status: 200,
  }),
  'POST /admin/v1/papers/:papersId/refuse': async (it) => ({
    path: `${(await submitted(it)).path}/refuse`,
    body: { reason: 'Not of this company.' },
    status: 200,
  }),
}
