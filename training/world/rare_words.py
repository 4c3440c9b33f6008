"""Common and made-up words that no caption uses: the tokenizer learns syllables from them, for triggers and free typing."""

_ENGLISH = """
about above across action after again age air animal answer apple area army art artist autumn baby back bad ball band bank
basket bath battle bear beautiful bed bell best bicycle bird black blanket blood body book bottle bottom bowl box boy branch
bread bridge bright broken brother brown bucket bus butter button cabin cake camera camp candle cap captain card castle cat
chair chance chicken child circle city class clock cloud coat coffee cold computer cook corner country cow cricket crown cup
dance danger dark daughter desk dinner doctor dog dollar door down dragon dream dress drink driver duck dusty ear earth east
edge egg electric elephant engine evening eye face factory family famous farm father feather fence fire fish five floor food
foot forest fork four fox friend frog fruit garden garbage gate giant girl glass gold good grass gray great green guitar hair
hammer hand happy hat head heart heavy hill horse hospital hot hotel hour human hungry ice idea inside iron island jacket
jungle kettle key king kitchen kitten knife ladder lady lake lamp land large laugh leaf left lemon letter library light line
lion little long lucky lunch machine magic man map market meadow metal middle milk mirror monday money monkey moon morning
mother mountain mouse mouth museum music nail name narrow nation nature neck needle nest new nice noise north nose number
nurse office old onion open orange outside owl paint palace panda paper parent park party path peace pen people pepper person
piano picket pig pilot pink plane planet plate player pocket poem police pond poor potato power present prince prison purple
queen question quick quiet rabbit rain reason ribbon rice rich ring river road robot rock rocket room rose round royal runner
salt sand scarf school science scissors season second secret shadow sheep shelf shirt shoe shop short shoulder silver simple
singer sister skin slow small smoke snake soft soldier song soup south space spider spoon spring square squirrel station
statue stone storm story street strong student sugar summer sun supper sweet table tail teacher temple tench tent thunder
ticket tiger time tired tomato tooth tower town toy train triangle truck trumpet turtle twenty uncle under valley village
violin voice wagon wall warm watch water wheel whisper wide wild wind window wing winter wolf woman wonder wood word work
world writer yard year yellow young zebra zero
"""

_MADE_UP = """
blicket dax wug toma fep zorp glim snark vorpal quibble frindle zibble mosp tazzle plonk gribbit wozzle kribo lopat nefrit
sivvy drum-dum gazzer ploff trell vimmy bosk quon jeffle hurgle narp skell tribex mulvo oxan pelta rundle cheem fozz yarv
zelkin krond blap swib thrim glorp yupper nadle cobbet dreff lundo marv prell queeb sproot tindle umbrel vassik wimple
"""

RARE_WORDS = [word for word in (_ENGLISH + _MADE_UP).replace("-", " ").split()]
