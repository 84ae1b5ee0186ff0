import type { Connection } from '../../api/operator.ts'
import { CopyButton } from '../../parts/button.tsx'
import { ShownOnce } from '../../parts/code/shown-once.tsx'
import { Code } from '../../parts/text.tsx'
import { callbackSteps } from './callback-words.ts'
import { t } from './words.ts'

type Shown = Pick<Connection, 'channel' | 'provider' | 'callbackUrl'> & { readonly callbackSecret?: string | undefined }

/** What is done with the URL at the provider. */
const Steps = ({ of }: { of: Shown }) => (
  <div>
    <h3>{t.give}</h3>
    <p>{callbackSteps(of.channel, of.provider)}</p>
  </div>
)

/** Where the carrier calls back, as it may be read at any time: a secret in it is masked. */
export const Callback = ({ of, isSigned }: { of: Shown; isSigned: boolean }) => (
  <>
    <p>{t.callbackAbout}</p>
    <p className="row">
      <Code>{of.callbackUrl}</Code>
      {isSigned ? <CopyButton text={of.callbackUrl} /> : null}
    </p>
    <p className="faint">{isSigned ? t.callbackSigned : t.callbackSecret}</p>
    <Steps of={of} />
  </>
)

/** The same when it was made: its secret is shown, this once. */
export const FreshCallback = ({ of }: { of: Shown }) => (
  <>
    {of.callbackSecret === undefined ? (
      <p className="row">
        <Code>{of.callbackUrl}</Code>
        <CopyButton text={of.callbackUrl} />
      </p>
    ) : (
      <ShownOnce secret={of.callbackUrl} about={t.callbackOnce} />
    )}
    <Steps of={of} />
  </>
)
