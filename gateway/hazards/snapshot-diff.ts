import type { DossierChangeDto, HazardAssessment, HazardSourceDiff } from '../contract.ts'
import { diffDossiers } from './dossier-diff.ts'
import type { Snapshot, SnapshotDocument } from './source-version.ts'

type Compared = Pick<Snapshot, 'dossier' | 'assessment' | 'documents'>

/** Two submissions side by side: figures, every field, every document. */
export function diffSnapshots(before: Compared, after: Compared): HazardSourceDiff {
  return {
    before: figuresOf(before.assessment),
    after: figuresOf(after.assessment),
    changes: [
      ...diffDossiers(before.dossier, after.dossier).map((change) => ({
        ...change,
        where: [...change.where],
      })),
      ...diffDocuments(before.documents, after.documents),
    ],
  }
}

function figuresOf({ s, r, alpha, hazardLevel }: HazardAssessment): HazardSourceDiff['before'] {
  return { s, r, alpha, hazardLevel }
}

function diffDocuments(
  before: readonly SnapshotDocument[],
  after: readonly SnapshotDocument[],
): DossierChangeDto[] {
  const keys = new Set([...before, ...after].map(keyOf))
  return [...keys].flatMap((key): DossierChangeDto[] => {
    const one = before.find((document) => keyOf(document) === key)
    const other = after.find((document) => keyOf(document) === key)
    if (one?.id === other?.id) return []
    const kind = one === undefined ? 'added' : other === undefined ? 'removed' : 'changed'
    const [item = '', title = ''] = key.split('\n')
    const path = `documents.${item}`
    return [{ path, where: [title], kind, before: textOf(one), after: textOf(other) }]
  })
}

function keyOf({ item, title }: SnapshotDocument): string {
  return `${item}\n${title}`
}

function textOf(document: SnapshotDocument | undefined): string | null {
  return document === undefined ? null : `v${document.version} ${document.fileName}`
}
