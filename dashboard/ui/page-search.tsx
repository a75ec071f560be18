import { Input } from 'antd'
import { Icon } from './icons.tsx'

/** Narrows what a page lists by what is typed. */
export function PageSearch(props: {
  readonly text: string
  /** What is searched; said in the empty field, and to who cannot see it. */
  readonly label: string
  readonly onChange: (text: string) => void
}) {
  const { text, label, onChange } = props
  return (
    <Input
      className="page-search"
      allowClear
      value={text}
      maxLength={120}
      prefix={<Icon name="search" size={16} />}
      placeholder={label}
      aria-label={label}
      onChange={(event) => onChange(event.target.value)}
    />
  )
}
