-- From pandoc's text to the book: tables of HTML become tables, and typst is told what its template knows:
-- boxes, listings, figures that float, formulas with an alternative, links that say the page.
local typst = FORMAT == "typst"
local inline = function(text) return pandoc.RawInline("typst", text) end
local block = function(text) return pandoc.RawBlock("typst", text) end

local function quoted(text)
  return '"' .. text:gsub("\\", "\\\\"):gsub('"', '\\"'):gsub("\n", "\\n") .. '"'
end

-- Content of typst between an opening and a closing piece.
local function between(opening, blocks, closing)
  local made = pandoc.List({ block(opening) })
  made:extend(blocks)
  made:insert(block(closing or "]"))
  return made
end

function RawBlock(raw)
  if raw.format == "html" then return pandoc.read(raw.text, "html").blocks end
end

-- A short table stands on one page; a long one goes on over the next.
function Table(rows)
  for _, column in ipairs(rows.colspecs) do column[1] = "AlignLeft" end
  if not typst or #rows.bodies[1].body > 6 then return rows end
  return between("#block(width: 100%, breakable: false)[", { rows })
end

function Math(math)
  if not typst then return nil end
  math.text = math.text:gsub("%s*\n%s*", " ")  -- a line of text in a formula may not end in the middle
  local set = pandoc.write(pandoc.Pandoc({ pandoc.Plain({ math }) }), "typst"):gsub("%s+$", "")
  return inline("#[#set math.equation(alt: " .. quoted(math.text) .. ");" .. set .. "]")
end

function CodeBlock(code)
  if not typst then return nil end
  local columns, lines = 0, 0
  for line in (code.text .. "\n"):gmatch("(.-)\n") do
    columns, lines = math.max(columns, utf8.len(line)), lines + 1
  end
  local kind = code.classes[1] or ""
  local language = kind == "python" and 'lang: "python", ' or ""
  return block(string.format("#listing(%s, columns: %d, lines: %d, raw(block: true, %s%s))",
    quoted(kind), columns, lines, language, quoted(code.text)))
end

function Link(link)
  local id = link.target:match("^#(.*)")
  if not typst or not id or not link.classes:includes("page") then return nil end
  local made = pandoc.List({ inline("#link(<" .. id .. ">)[") })
  made:extend(link.content)
  made:insert(inline(", page~#page-of(<" .. id .. ">)]"))
  return made
end

local function figure(div)
  local picture, caption = div.content[1].content[1], div.content[2].content
  if not typst then
    return pandoc.Figure({ pandoc.Plain({ picture }) }, { pandoc.Plain(caption) }, { id = div.identifier })
  end
  local opening = string.format("#picture(<%s>, %s, %s, %s, alt: %s)[", div.identifier,
    quoted(pandoc.utils.stringify(caption):match("%d+%.%d+")), quoted(picture.src),
    picture.attributes.width, quoted(pandoc.utils.stringify(picture.caption)))
  return between(opening, { pandoc.Plain(caption) })
end

function Div(div)
  local kind = div.classes[1]
  if kind == "figure" then return figure(div) end
  if not typst then return nil end
  local name = div.identifier ~= "" and "<" .. div.identifier .. ">" or "none"
  return between(string.format("#part-of-text(%s, %s)[", quoted(kind), name), div.content)
end

-- A lesson begins on a page of its own; the first of a part follows the part's title.
function Pandoc(document)
  if not typst then return nil end
  local made = pandoc.List()
  for place, each in ipairs(document.blocks) do
    local before = document.blocks[place - 1]
    local first = before and before.t == "Header" and before.level == 1
    if each.t == "Header" and (each.level == 1 or each.level == 2 and not first) then
      made:insert(block("#pagebreak(weak: true)"))
    end
    made:insert(each)
  end
  document.blocks = made
  return document
end
