/** The sign of the product, the same as public/icon.svg; drawn in place so that it is never missing. */
export function BrandMark(props: { readonly size: number }) {
  return (
    <svg viewBox="0 0 32 32" width={props.size} height={props.size} aria-hidden="true">
      <rect width="32" height="32" rx="7" fill="#26343c" />
      <path
        d="M16 6l9 4v6c0 5-3.6 8.6-9 10-5.4-1.4-9-5-9-10v-6z"
        fill="none"
        stroke="#e6eaed"
        strokeWidth="2.2"
        strokeLinejoin="round"
      />
      <circle cx="16" cy="15.5" r="3" fill="#e6eaed" />
    </svg>
  )
}
