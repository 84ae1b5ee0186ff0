import * as z from 'zod'
import type { PushNetwork } from '#worker/domain/device.ts'
import { NETWORK_NAMES } from '#worker/flows/people/devices.ts'
import { altered } from '#worker/routes/operation/fields.ts'
import type { Operation } from '#worker/routes/operation/operation.ts'
import { pageFields, pageOf } from '#worker/routes/operation/page.ts'
import { changedVersion, version } from '#worker/routes/operation/versioned.ts'

const tag = 'Devices'

const label = z
  .string()
  .min(1)
  .max(100)
  .regex(/^[^\p{Cc}]+$/u, 'must hold no control characters')
const tags = z.array(label.max(60)).max(20)
const network = z.enum(NETWORK_NAMES as [PushNetwork, ...PushNetwork[]]).meta({
  description: '`webpush`: browsers; `fcm`: apps with Firebase, iPhones too; `sandbox`: reaches nobody.',
})

/** The only encoding in which messages are encrypted for browsers; `aesgcm` is a draft of it that some still take. */
const ENCODING = 'aes128gcm'

/** Push subscription as `subscription.toJSON()` of a page gives it. */
const subscription = z
  .strictObject({
    endpoint: z.string().min(1).max(2_048).meta({ description: 'URL at a known push service.' }),
    expirationTime: z.number().nullable().optional(),
    keys: z.strictObject({
      p256dh: z.string().max(200).meta({ description: 'Public key of the browser, base64url.' }),
      auth: z.string().max(100).meta({ description: 'Secret of the subscription, base64url.' }),
    }),
    contentEncoding: z
      .literal(ENCODING, `must be ${ENCODING}: messages are sent in no other encoding (RFC 8291)`)
      .optional()
      .meta({ description: 'Encoding that the page chose, where it says so.' }),
    supportedContentEncodings: z
      .array(z.string().max(40))
      .max(20)
      .refine(
        (all) => all.includes(ENCODING),
        `must hold ${ENCODING}: messages are sent in no other encoding (RFC 8291)`,
      )
      .optional()
      .meta({ description: '`PushManager.supportedContentEncodings` of the browser.' }),
  })
  .meta({ id: 'PushSubscription' })

const deviceInput = z
  .strictObject({
    app: z
      .string()
      .min(1)
      .max(100)
      .optional()
      .meta({ description: 'The application: a sender of the account on the channel `push`. Its default if absent.' }),
    network,
    subscription: subscription.optional().meta({ description: 'For `webpush`.' }),
    token: z
      .string()
      .regex(/^[\x21-\x7e]{1,1000}$/)
      .optional()
      .meta({
        description: 'For `fcm` the registration token. For `sandbox` any: its last four digits pick the outcome.',
      }),
    user: label.optional().meta({ description: 'Your own name of the person.' }),
    tags: tags.default([]).meta({ description: 'Your own groups, for audiences.' }),
  })
  .meta({ id: 'DeviceInput' })

const devicePatch = z
  .strictObject({ user: label.nullable().optional(), tags: tags.optional(), version: changedVersion })
  .meta({ id: 'DevicePatch' })

const device = z
  .object({
    id: z.string().meta({ description: 'What a message is sent to.' }),
    network,
    app: z.string(),
    status: z.enum(['active', 'removed']).meta({ description: '`removed`: its push service knows it no more.' }),
    user: z.string().nullable(),
    tags: z.array(z.string()),
    altered,
    createdAt: z.string(),
    updatedAt: z.string(),
    version,
  })
  .meta({ id: 'Device' })

const page = pageOf(device).meta({ id: 'DevicePage' })
const params = z.object({ id: z.string().describe('`dev_…`') })

export const deviceQuery = z.strictObject({
  tag: label.optional().describe('Only those with this tag.'),
  user: label.optional().describe('Only this person’s.'),
  status: z.enum(['active', 'removed', 'all']).default('active').describe('Those of a tag or user are active.'),
  ...pageFields(100, 200, z.string().regex(/^dev_[0-9a-z]{39}$/)),
})

export const registerOperation = {
  method: 'POST',
  path: '/v1/devices',
  summary: 'Register a device or push subscription',
  tag,
  scope: 'devices:write',
  body: deviceInput,
  example: { network: 'sandbox', token: 'my-phone', tags: ['news'] },
  idempotent: true,
  responses: {
    201: { description: 'Registered', schema: device, located: true },
    200: { description: 'It was there already; user and tags are replaced', schema: device, located: true },
  },
} as const satisfies Operation

export const keyOperation = {
  method: 'GET',
  path: '/v1/devices/key',
  summary: 'The key that browsers subscribe with',
  description: 'The `applicationServerKey` of `pushManager.subscribe`. It is made at the first ask and never changes.',
  tag,
  scope: 'devices:read',
  responses: {
    200: {
      description: 'The public key',
      schema: z
        .object({ publicKey: z.string().meta({ description: 'base64url of the uncompressed point (RFC 8292).' }) })
        .meta({ id: 'PushKey' }),
    },
  },
} as const satisfies Operation

export const listOperation = {
  method: 'GET',
  path: '/v1/devices',
  summary: 'List devices',
  tag,
  scope: 'devices:read',
  query: deviceQuery,
  responses: { 200: { description: 'A page', schema: page } },
} as const satisfies Operation

export const readOperation = {
  method: 'GET',
  path: '/v1/devices/:id',
  summary: 'Read a device',
  tag,
  scope: 'devices:read',
  params,
  responses: { 200: { description: 'The device', schema: device } },
} as const satisfies Operation

export const changeOperation = {
  method: 'PATCH',
  path: '/v1/devices/:id',
  summary: 'Change user and tags of a device',
  tag,
  scope: 'devices:write',
  params,
  body: devicePatch,
  responses: {
    200: { description: 'The device as it is now', schema: device },
    409: {
      description: 'It was changed since the `version` that is named, or is `altered`: give both `user` and `tags`.',
    },
  },
} as const satisfies Operation

export const removeOperation = {
  method: 'DELETE',
  path: '/v1/devices/:id',
  summary: 'Delete a device',
  tag,
  scope: 'devices:write',
  params,
  responses: { 204: { description: 'Deleted' } },
} as const satisfies Operation
