/** Push networks that devices are on. Each is a letter of the device id, so that routing needs no look-up. */
export const PUSH_NETWORKS = { webpush: 'w', fcm: 'f', sandbox: 's' } as const
export type PushNetwork = keyof typeof PUSH_NETWORKS

const BY_LETTER: ReadonlyMap<string, PushNetwork> = new Map(
  Object.entries(PUSH_NETWORKS).map(([network, letter]) => [letter, network as PushNetwork]),
)

/** Form of a device id: `dev_`, tenant (12), request (16), mode (1), network (1), key (1), MAC (8); made in ids.ts. */
const FORM = /^dev_[0-9a-hjkmnp-tv-z]{29}([wfs])[0-9a-hjkmnp-tv-z]{9}$/

/** The network that a device id names; null if the text has not the form of one. The MAC is not checked. */
export const pushNetworkOf = (id: string): PushNetwork | null => BY_LETTER.get(FORM.exec(id)?.[1] ?? '') ?? null

/** Address of a device at its push service, as the registry keeps it. */
export type DeviceTarget =
  | { readonly network: 'webpush'; readonly endpoint: string; readonly p256dh: string; readonly auth: string }
  | { readonly network: 'fcm'; readonly token: string }
  | { readonly network: 'sandbox'; readonly token: string }

/** Key pair by which a push service knows the sender (VAPID, RFC 8292). */
export interface VapidKeys {
  /** The uncompressed point (65 bytes) as base64url. */
  readonly publicKey: string
  readonly privateKey: CryptoKey
}

type OfNetwork<Of extends PushNetwork> = Extract<DeviceTarget, { readonly network: Of }>

/** A device as dispatch hands it to a driver in `Attempt.target`. `app` is the sender that the device subscribed to. */
export type PushTarget = { readonly app: string } & (
  | (OfNetwork<'webpush'> & { readonly vapid: VapidKeys })
  | OfNetwork<'fcm'>
  | OfNetwork<'sandbox'>
)

/** `carrierCode` of a refusal by our own registry, when no push service was asked. */
export const BY_REGISTRY = 'registry'
