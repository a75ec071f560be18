import { createContext, type ReactNode, use } from 'react'
import type { RuleFindingDto } from '../../gateway/contract.ts'
import type { Plant } from '../devices/use-plant.ts'
import type { Draft } from './draft-path.ts'

/** What the fields of the editor work on. */
export interface DraftEditing {
  readonly draft: Draft
  readonly set: (path: string, value: unknown) => void
  readonly findings: readonly RuleFindingDto[]
  readonly isReadOnly: boolean
  readonly plant: Plant
}

const DraftContext = createContext<DraftEditing | null>(null)

export function DraftProvider(props: {
  readonly editing: DraftEditing
  readonly children: ReactNode
}) {
  return <DraftContext value={props.editing}>{props.children}</DraftContext>
}

export function useDraft(): DraftEditing {
  const editing = use(DraftContext)
  if (editing === null) throw new Error('useDraft needs a DraftProvider above it')
  return editing
}
