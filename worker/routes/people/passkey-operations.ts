import * as z from 'zod'
import { altered, name, timestamp } from '#worker/routes/operation/fields.ts'
import type { Operation } from '#worker/routes/operation/operation.ts'
import { wholeListOf } from '#worker/routes/operation/page.ts'

const tag = 'Passkeys'

/** Characters of the longest credential id, and of an answer's longest part: an attestation that nobody reads may be long. */
const ID_MOST = 1364
const PART_MOST = 16_384

const base64url = (most: number) =>
  z
    .string()
    .min(1)
    .max(most)
    .regex(/^[A-Za-z0-9_-]+$/, 'must be base64url')

const transport = z.string().max(32)

/** Credential as `PublicKeyCredential.toJSON()` writes it. Browsers put more into it than is read. */
const credentialOf = <Response extends z.ZodObject>(response: Response) =>
  z
    .looseObject({ id: base64url(ID_MOST), type: z.literal('public-key'), response })
    .describe('What `PublicKeyCredential.toJSON()` gives in the browser. Members that are not named here are not read.')

const createdCredential = credentialOf(
  z.looseObject({
    clientDataJSON: base64url(PART_MOST),
    attestationObject: base64url(PART_MOST).describe('Its statement is neither asked for nor read.'),
    transports: z.array(transport).max(10).optional(),
  }),
).meta({ id: 'CreatedCredential' })

const signedChallenge = credentialOf(
  z.looseObject({
    clientDataJSON: base64url(PART_MOST),
    authenticatorData: base64url(PART_MOST),
    signature: base64url(PART_MOST),
    userHandle: base64url(100).nullish().describe('Whose passkey it is, as the authenticator knows.'),
  }),
).meta({ id: 'SignedChallenge' })

const passkeyAnswer = z
  .object({
    id: z.string(),
    name: z.string().nullable(),
    status: z.enum(['active', 'refused']).describe('`refused`: its counter went back, so a copy of it is about.'),
    transports: z.array(transport).describe('How the authenticator is reached, as the browser said.'),
    isSynced: z.boolean().describe('True of one that its platform copies to your other devices.'),
    createdAt: timestamp,
    lastUsedAt: timestamp.nullable(),
    altered,
  })
  .meta({ id: 'Passkey' })

const credentialNamed = z.object({ type: z.literal('public-key'), id: z.string(), transports: z.array(transport) })
const challenge = z.string().describe('Good for one answer, within five minutes.')
const timeout = z.int().describe('Milliseconds.')
const required = z.literal('required')

const creationOptions = z
  .object({
    publicKey: z.object({
      challenge,
      rp: z.object({ id: z.string(), name: z.string() }),
      user: z.object({ id: z.string(), name: z.string(), displayName: z.string() }),
      pubKeyCredParams: z.array(z.object({ type: z.literal('public-key'), alg: z.int() })),
      timeout,
      attestation: z.literal('none'),
      authenticatorSelection: z.object({
        residentKey: required,
        requireResidentKey: z.literal(true),
        userVerification: required,
      }),
      excludeCredentials: z.array(credentialNamed).describe('Passkeys that you have.'),
    }),
  })
  .meta({ id: 'PasskeyCreation', description: 'For `PublicKeyCredential.parseCreationOptionsFromJSON()`.' })

const requestOptions = z
  .object({
    publicKey: z.object({
      challenge,
      rpId: z.string(),
      timeout,
      userVerification: required,
      allowCredentials: z.array(credentialNamed).describe('Empty: the device shows what it has.'),
    }),
  })
  .meta({ id: 'PasskeyRequest', description: 'For `PublicKeyCredential.parseRequestOptionsFromJSON()`.' })

const refused = { description: 'The passkey is not taken (`passkey-refused`); `reason` says why.' }
const answered = { credential: signedChallenge }

export const listPasskeys = {
  method: 'GET',
  path: '/v1/auth/passkeys',
  summary: 'List your passkeys',
  tag,
  signedIn: true,
  responses: { 200: { description: 'The oldest first.', schema: wholeListOf(passkeyAnswer) } },
} as const satisfies Operation

export const optionsOfRegistration = {
  method: 'POST',
  path: '/v1/auth/passkeys/registration/options',
  summary: 'Ask for a new passkey',
  description:
    'Gives what `navigator.credentials.create()` wants. The passkey has to be one that signs in without a name, on a device that checks who uses it. Wants a sign-in or a step-up of the last ten minutes.',
  tag,
  signedIn: true,
  stepUp: true,
  responses: { 200: { description: 'The options.', schema: creationOptions } },
} as const satisfies Operation

export const registerPasskey = {
  method: 'POST',
  path: '/v1/auth/passkeys/registration',
  summary: 'Add a passkey',
  description:
    'Takes what the browser made of the options. From your first passkey on, no code alone signs you in or steps up. The challenge counts once, for the sign-in that asked.',
  tag,
  signedIn: true,
  body: z.strictObject({ name, credential: createdCredential }),
  responses: {
    201: { description: 'The passkey.', schema: passkeyAnswer, located: true },
    409: { description: 'It is there already, or you have twenty.' },
    422: refused,
  },
} as const satisfies Operation

export const renamePasskeyOperation = {
  method: 'PATCH',
  path: '/v1/auth/passkeys/:id',
  summary: 'Name a passkey',
  tag,
  signedIn: true,
  body: z.strictObject({ name }),
  responses: { 200: { description: 'The passkey.', schema: passkeyAnswer } },
} as const satisfies Operation

export const removePasskeyOperation = {
  method: 'DELETE',
  path: '/v1/auth/passkeys/:id',
  summary: 'Remove a passkey',
  description:
    'Once the last one is gone, codes sign you in again. It is not removed where you could not come in any more: without a verified mobile, and of operators, who sign in by passkey only. Wants a step-up.',
  tag,
  signedIn: true,
  stepUp: true,
  responses: {
    204: { description: 'It is removed.' },
    409: { description: 'You could not sign in any more.' },
  },
} as const satisfies Operation

export const optionsOfSignIn = {
  method: 'POST',
  path: '/v1/auth/sign-in/passkey/options',
  summary: 'Ask to sign in by passkey',
  description:
    'Gives what `navigator.credentials.get()` wants. No name is asked for, and no passkey is named. A cookie binds the challenge to this browser.',
  tag,
  responses: { 200: { description: 'The options.', schema: requestOptions } },
} as const satisfies Operation

export const signInByPasskey = {
  method: 'POST',
  path: '/v1/auth/sign-in/passkey',
  summary: 'Sign in by passkey',
  description:
    'Takes the browser’s answer, and sets the cookie. What this browser was signed in as before has ended then.',
  tag,
  body: z.strictObject(answered),
  responses: { 204: { description: 'Signed in; `GET /v1/auth/me` says as whom.' }, 422: refused },
} as const satisfies Operation

export const optionsOfStepUp = {
  method: 'POST',
  path: '/v1/auth/step-up/passkey/options',
  summary: 'Ask to step up by passkey',
  tag,
  signedIn: true,
  responses: { 200: { description: 'The options.', schema: requestOptions } },
} as const satisfies Operation

export const stepUpByPasskey = {
  method: 'POST',
  path: '/v1/auth/step-up/passkey',
  summary: 'Step up by passkey',
  description:
    'Proves anew that it is you, which is good for ten minutes, and sets a new cookie. Get new tokens for your tabs.',
  tag,
  signedIn: true,
  body: z.strictObject(answered),
  responses: { 204: { description: 'Stepped up.' }, 422: refused },
} as const satisfies Operation
