/** What is sent, whoever gets it. */
export interface Body {
  readonly contentType: string;
  readonly bytes: Buffer;
  /** The file by itself, where `bytes` is a form around it. */
  readonly file?: Buffer;
  readonly headers?: Readonly<Record<string, string>>;
}

const boundary = '------------------------d74496d66958873e';

/** One file in a form, as curl writes it. */
export function formWith(name: string, type: string, file: Buffer): Body {
  const head = `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="${name}"\r\nContent-Type: ${type}\r\n\r\n`;
  return {
    contentType: `multipart/form-data; boundary=${boundary}`,
    bytes: Buffer.concat([Buffer.from(head), file, Buffer.from(`\r\n--${boundary}--\r\n`)]),
    file,
  };
}

/** A POST as it goes over the wire. */
export function serialise(port: number, path: string, { contentType, bytes, headers = {} }: Body): Buffer {
  const head = [
    `POST ${path} HTTP/1.1`,
    `Host: 127.0.0.1:${port}`,
    'User-Agent: facet-bench',
    'Accept: */*',
    `Content-Length: ${bytes.length}`,
    `Content-Type: ${contentType}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
  ];
  return Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), bytes]);
}
