import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { FileTrigger } from 'react-aria-components/FileTrigger'
import { auth } from '../../api/auth.ts'
import { unwrap } from '../../api/unwrap.ts'
import { uploadPaper } from '../../api/upload.ts'
import { useAct } from '../../app/act.tsx'
import { Button } from '../../parts/button.tsx'
import { Note, Trouble } from '../../parts/feedback.tsx'
import { Code, Words } from '../../parts/text.tsx'
import { percent, size } from '../../words/format.ts'
import { t } from './identity-words.ts'
import type { Papers } from './papers.ts'

const TYPES = ['application/pdf', 'image/jpeg', 'image/png']
const MOST_BYTES = 10_000_000
const MOST_FILES = 10

/** A file that is on its way, or did not arrive. */
interface Going {
  readonly name: string
  readonly share: number
}

const freeNumbers = (files: Papers['files']): number[] => {
  const taken = new Set(files.map(({ number }) => number))
  return Array.from({ length: MOST_FILES }, (_, index) => index + 1).filter((number) => !taken.has(number))
}

/** Says why a file cannot be sent; null: it can. */
const faultOf = (file: File): string | null =>
  TYPES.includes(file.type) ? (file.size > MOST_BYTES ? t.tooLarge(file.name) : null) : t.wrongType(file.name)

function AddFiles({ papers: { id, files } }: { papers: Papers }) {
  const queries = useQueryClient()
  const [going, setGoing] = useState<Going | null>(null)
  const [faults, setFaults] = useState<readonly string[]>([])
  const [error, setError] = useState<unknown>(null)
  const send = async (chosen: readonly File[]): Promise<void> => {
    const free = freeNumbers(files)
    const good = chosen.filter((file) => faultOf(file) === null)
    setFaults([...chosen.flatMap((file) => faultOf(file) ?? []), ...(good.length > free.length ? [t.full] : [])])
    setError(null)
    try {
      for (const [index, file] of good.slice(0, free.length).entries()) {
        setGoing({ name: file.name, share: 0 })
        await uploadPaper({ papersId: id, number: free[index] ?? 1, file }, (share) =>
          setGoing({ name: file.name, share }),
        )
      }
    } catch (failed) {
      setError(failed)
    }
    setGoing(null)
    await queries.invalidateQueries({ queryKey: ['identity'] })
  }
  return (
    <>
      <p className="faint">{t.filesHelp}</p>
      <div className="row">
        <FileTrigger
          allowsMultiple
          acceptedFileTypes={TYPES}
          onSelect={(chosen) => void send(chosen ? [...chosen] : [])}
        >
          <Button isDisabled={going !== null || files.length >= MOST_FILES}>{t.choose}</Button>
        </FileTrigger>
        <span role="status">{going ? t.sending(going.name, percent(going.share)) : null}</span>
        {going ? <progress value={going.share} max={1} aria-label={going.name} /> : null}
      </div>
      {faults.map((fault) => (
        <Note key={fault} tone="warn">
          {fault}
        </Note>
      ))}
      <Trouble error={error} />
    </>
  )
}

/** Files of papers: those that have arrived, and while it is a draft the way to further ones. */
export function PaperFiles({ papers }: { papers: Papers }) {
  const { id, files, status } = papers
  const remove = useAct(
    (number: number) =>
      unwrap(
        auth.DELETE('/v1/auth/identity/papers/{papersId}/files/{number}', {
          params: { path: { papersId: id, number: String(number) } },
        }),
      ),
    { changes: [['identity']] },
  )
  return (
    <div className="stack">
      <h3>{t.files}</h3>
      {files.length === 0 ? <p className="faint">{t.noFiles}</p> : null}
      <ul className="plain-list">
        {files.map(({ number, type, bytes }) => (
          <li key={number} className="row">
            <Words>{t.file(number)}</Words> <Code>{type}</Code> <span className="faint">{size(bytes)}</span>
            {status === 'draft' ? (
              <Button weight="danger" isDisabled={remove.isPending} onPress={() => remove.mutate(number)}>
                {t.removeFile}
              </Button>
            ) : null}
          </li>
        ))}
      </ul>
      <Trouble error={remove.error} />
      {status === 'draft' ? <AddFiles papers={papers} /> : null}
    </div>
  )
}
