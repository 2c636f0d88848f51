const quote = (value: string | number | null) =>
  value === null ? 'null' : typeof value === 'number' ? String(value) : `'${value.replaceAll("'", "''")}'`

/** A row as SQL. */
export const insert = (table: string, row: Readonly<Record<string, string | number | null>>) =>
  `insert into ${table} (${Object.keys(row).join(', ')}) values (${Object.values(row).map(quote).join(', ')});`
