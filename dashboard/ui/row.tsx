import type { KeyboardEvent, MouseEvent, ReactNode } from 'react'

/** A row of `VirtualRows`: opened by a click anywhere on it, or by Enter. */
export function Row(props: {
  readonly index: number
  readonly className: string
  readonly isCurrent?: boolean
  readonly data?: Readonly<Record<`data-${string}`, string>>
  readonly onOpen: () => void
  readonly children: ReactNode
}) {
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && event.target === event.currentTarget) props.onOpen()
  }
  return (
    // biome-ignore lint/a11y/useSemanticElements: a table would lay out all its rows; here only those in sight exist.
    <div
      className={`row ${props.className}`}
      role="row"
      aria-rowindex={props.index + 1}
      aria-current={props.isCurrent === true}
      tabIndex={0}
      onClick={props.onOpen}
      onKeyDown={onKeyDown}
      {...props.data}
    >
      {props.children}
    </div>
  )
}

export function Cell(props: {
  readonly className?: string
  readonly title?: string
  readonly onClick?: (event: MouseEvent) => void
  readonly children: ReactNode
}) {
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: keys go to the row, or to the control in the cell.
    // biome-ignore lint/a11y/useSemanticElements: a cell of `Row`, for the same reason.
    <span className={props.className} title={props.title} role="cell" onClick={props.onClick}>
      {props.children}
    </span>
  )
}
