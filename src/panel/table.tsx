import type { Child } from 'hono/jsx'

export interface Column<Row> {
  readonly head: string
  readonly cell: (row: Row) => Child
  readonly numeric?: boolean
}

/** A table that becomes a list of cards on a phone. Without rows `empty` stands under the caption. */
export const Table = <Row,>({
  caption,
  columns,
  rows,
  empty,
}: {
  caption: string
  columns: readonly Column<Row>[]
  rows: readonly Row[]
  empty: Child
}) => {
  if (rows.length === 0) {
    return (
      <>
        <p class="caption">{caption}</p>
        <p class="soft">{empty}</p>
      </>
    )
  }
  return (
    <table class="stacks">
      <caption>{caption}</caption>
      <thead>
        <tr>
          {columns.map(({ head, numeric }) => (
            <th scope="col" class={numeric ? 'number' : ''}>
              {head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr>
            {columns.map(({ head, cell, numeric }) => (
              <td data-head={head} class={numeric ? 'number' : ''}>
                <span>{cell(row)}</span>
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** The way to the rest of a list. */
export const NextPage = ({ href, text }: { href: string | undefined; text: string }) =>
  href === undefined ? null : (
    <p>
      <a class="button quiet" href={href} rel="next">
        {text}
      </a>
    </p>
  )
