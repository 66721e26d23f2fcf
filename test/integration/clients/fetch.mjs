// Stores a file by PUT and fetches it by GET with node's fetch: URL SOURCE TARGET known|chunked
import { createReadStream } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { Readable } from "node:stream";

const [url, source, target, way] = process.argv.slice(2);
const body = way === "chunked" ? Readable.toWeb(createReadStream(source)) : await readFile(source);
const stored = await fetch(url, { method: "PUT", body, duplex: "half" });
if (stored.status !== 201) throw new Error(`PUT ${stored.status} ${await stored.text()}`);
const fetched = await fetch(url);
if (fetched.status !== 200) throw new Error(`GET ${fetched.status} ${await fetched.text()}`);
await writeFile(target, Buffer.from(await fetched.arrayBuffer()));
