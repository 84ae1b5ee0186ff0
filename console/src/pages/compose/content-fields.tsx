import { unwrap } from '../../api/unwrap.ts'
import { useAct } from '../../app/act.tsx'
import { useTenantTab } from '../../app/tab.tsx'
import { Checkbox, RadioField } from '../../parts/choice-field.tsx'
import { TextField } from '../../parts/field.tsx'
import { Mark } from '../../parts/mark.tsx'
import { Ltr } from '../../parts/text.tsx'
import { Trouble } from '../../parts/trouble.tsx'
import { size } from '../../words/format.ts'
import { Counter } from './counter.tsx'
import type { Draft, UploadedFile } from './draft.ts'
import { t } from './words.ts'

interface FieldsProps {
  readonly draft: Draft
  readonly set: (changed: Partial<Draft>) => void
}

/** A field of the draft by its name. */
function Field({
  draft,
  set,
  name,
  ...props
}: FieldsProps & {
  name: Exclude<keyof Draft, 'files' | 'isOnce' | 'channel' | 'voice' | 'purpose'>
  label: string
} & Partial<Parameters<typeof TextField>[0]>) {
  return <TextField {...props} value={draft[name]} onChange={(value) => set({ [name]: value })} />
}

/** Uploads files and keeps their ids. */
function Files({ draft, set, accept, most }: FieldsProps & { accept?: string; most: number }) {
  const { api, can } = useTenantTab()
  const upload = useAct(
    async (file: File): Promise<UploadedFile> => {
      const { id, name, type, bytes } = await unwrap(
        api.POST('/v1/media', {
          params: { query: { name: file.name } },
          // The cast: the body is the file itself, of one of the types that the document names.
          body: file as never,
          headers: { 'content-type': file.type || 'application/octet-stream' },
          bodySerializer: (body: unknown) => body as Blob,
        }),
      )
      return { id, name: name ?? file.name, type, bytes }
    },
    { onDone: (file) => set({ files: [...draft.files, file].slice(-most) }) },
  )
  if (!can('media:write')) return null
  return (
    <div className="field">
      <span className="label">{t.files}</span>
      <ul className="uploaded">
        {draft.files.map(({ id, name, bytes }) => (
          <li key={id}>
            <Ltr>{name}</Ltr> <span className="faint">{size(bytes)}</span>
            <button
              type="button"
              className="icon-button"
              aria-label={t.removeFile(name)}
              onClick={() => set({ files: draft.files.filter((file) => file.id !== id) })}
            >
              <Mark of="close" />
            </button>
          </li>
        ))}
      </ul>
      {draft.files.length < most ? (
        <label className="button file-button">
          {upload.isPending ? '…' : t.attach}
          <input
            type="file"
            className="visually-hidden"
            accept={accept}
            disabled={upload.isPending}
            onChange={(event) => {
              const [file] = event.target.files ?? []
              if (file) upload.mutate(file)
              event.target.value = ''
            }}
          />
        </label>
      ) : null}
      <Trouble error={upload.error} />
    </div>
  )
}

function VoiceFields({ draft, set }: FieldsProps) {
  const to = { draft, set }
  const { voice } = draft
  return (
    <>
      <RadioField
        label={t.voice}
        value={voice}
        onChange={(next) => set({ voice: next })}
        options={[
          { id: 'say', name: t.say },
          { id: 'digits', name: t.digits },
          { id: 'play', name: t.play },
        ]}
      />
      {voice === 'play' ? (
        <>
          <Files {...to} accept="audio/*" most={1} />
          {draft.files.length === 0 ? <Field {...to} name="url" label={t.recording} ltr /> : null}
        </>
      ) : (
        <Field {...to} name="text" label={voice === 'say' ? t.text : t.code} lines={voice === 'say' ? 4 : undefined} />
      )}
      <div className="grid">
        <Field {...to} name="keys" label={t.keys} help={t.keysHelp} inputMode="numeric" ltr />
        <Field {...to} name="retries" label={t.retries} inputMode="numeric" ltr />
        <Field {...to} name="repeat" label={t.repeat} inputMode="numeric" ltr />
        {voice === 'play' ? null : <Field {...to} name="language" label={t.language} help={t.languageHelp} ltr />}
      </div>
    </>
  )
}

/** Fields of what a message says, those of its channel. */
export function ContentFields({ draft, set }: FieldsProps) {
  const to = { draft, set }
  const { channel, text } = draft
  switch (channel) {
    case 'voice':
      return <VoiceFields {...to} />
    case 'email':
      return (
        <>
          <Field {...to} name="subject" label={t.subject} />
          <Field {...to} name="text" label={t.text} lines={8} />
          <details>
            <summary>{t.more}</summary>
            <div className="stack">
              <Field {...to} name="html" label={t.html} lines={6} ltr />
              <div className="grid">
                <Field {...to} name="fromName" label={t.fromName} />
                <Field {...to} name="replyTo" label={t.replyTo} ltr />
              </div>
            </div>
          </details>
          <Files {...to} most={10} />
        </>
      )
    case 'push':
      return (
        <>
          <Field {...to} name="title" label={t.heading} />
          <Field {...to} name="text" label={t.text} lines={3} />
          <Field {...to} name="url" label={t.opens} help={t.opensHelp} ltr />
          <Field {...to} name="buttons" label={t.buttons} help={t.buttonsHelp} lines={2} />
        </>
      )
    case 'chat':
      return (
        <>
          <Field {...to} name="text" label={t.text} lines={5} />
          <Files {...to} most={1} />
          <Field {...to} name="buttons" label={t.buttons} help={t.buttonsHelp} lines={3} />
        </>
      )
    default:
      return (
        <>
          <Field {...to} name="text" label={t.text} lines={5} help={t.textHelp} />
          {channel === 'sms' ? <Counter text={text} onChange={(next) => set({ text: next })} /> : null}
        </>
      )
  }
}

/** Leaves doubles out, or not. */
export const Once = ({ draft, set }: FieldsProps) => (
  <Checkbox isSelected={draft.isOnce} onChange={(isOnce) => set({ isOnce })}>
    {t.once}
  </Checkbox>
)
